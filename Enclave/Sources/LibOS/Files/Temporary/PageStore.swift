import Wire

/// The bytes of a file in kernel memory, page by page.
final class PageStore: WrittenPages {
    private var pages = IntegerTable<UnsafeMutableRawPointer>()
    private let budget: MemoryBudget

    init(budget: MemoryBudget, image: VerifiedNode? = nil) {
        self.budget = budget
        super.init(image: image)
    }

    deinit {
        pages.forEach { $1.deallocate() }
        budget.give(pages.count)
    }

    override var pageCount: Int { pages.count }

    // MARK: Reading and writing

    override func read(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset < size else { return 0 }
        let total = Int(min(UInt64(buffer.count), size - offset))
        var done = 0
        while done < total {
            let (page, within) = place(offset + UInt64(done))
            let part = min(total - done, Self.pageSize - within)
            if let bytes = pages[page] {
                try buffer.copyOut(bytes + within, part, at: done)
            } else {
                let shown = imageBytes(offset + UInt64(done), part)
                if shown > 0 { try readImage(offset + UInt64(done), buffer.slice(from: done, count: shown)) }
                try buffer.zero(at: done + shown, part - shown)
            }
            done += part
        }
        return total
    }

    override func write(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset <= UInt64(Int64.max) - UInt64(buffer.count) else { throw .EFBIG }
        var done = 0
        do throws(Errno) {
            while done < buffer.count {
                let (page, within) = place(offset + UInt64(done))
                let part = min(buffer.count - done, Self.pageSize - within)
                try write(page, within, buffer.slice(from: done, count: part))
                done += part
            }
        } catch {
            // What was written before the store was full counts.
            if done == 0 { throw error }
        }
        size = max(size, offset + UInt64(done))
        return done
    }

    private func write(_ page: UInt64, _ within: Int, _ part: IOBuffer) throws(Errno) {
        if part.count < Self.pageSize || pages[page] != nil {
            return try part.copyIn(try pageForWriting(page) + within, part.count, at: 0)
        }
        // All of the page is replaced: the image is not asked, and loses its place only when the new bytes are there.
        let bytes = try emptyPage()
        do throws(Errno) { try part.copyIn(bytes, part.count, at: 0) } catch {
            discard(bytes)
            throw error
        }
        pages.set(page, bytes)
    }

    // MARK: Size and holes

    override func truncate(to newSize: UInt64) throws(Errno) {
        guard newSize <= UInt64(Int64.max) else { throw .EFBIG }
        if newSize <= size { release(from: newSize, to: UInt64.max) }
        imageEnd = min(imageEnd, newSize)
        size = newSize
    }

    override func allocate(_ offset: UInt64, _ length: UInt64) throws(Errno) {
        guard length / UInt64(Self.pageSize) < UInt64(budget.limit) else { throw .ENOSPC }
        var page = offset / UInt64(Self.pageSize)
        while page * UInt64(Self.pageSize) < offset + length {
            _ = try pageForWriting(page)
            page += 1
        }
    }

    override func punch(from start: UInt64, to end: UInt64) throws(Errno) {
        let pageSize = UInt64(Self.pageSize)
        var page = start / pageSize
        while page * pageSize < min(end, imageEnd) {
            let isWhole = page * pageSize >= start && (end - page * pageSize >= pageSize || end >= imageEnd)
            if isWhole { makeHole(page) } else { _ = try pageForWriting(page) }
            page += 1
        }
        release(from: start, to: end)
    }

    /// Zeroes the pages that are partly in the range and gives back those wholly in it.
    private func release(from start: UInt64, to end: UInt64) {
        let pageSize = UInt64(Self.pageSize)
        var gone: [UInt64] = []
        forEachPage(from: start, to: end) { page, bytes in
            let first = page * pageSize
            if first >= start, end - first >= pageSize {
                gone.append(page)
            } else {
                let from = Int(max(start, first) - first)
                let to = Int(min(end - first, pageSize))
                zeroMemory(bytes + from, to - from)
            }
        }
        for page in gone { pages.remove(page)?.deallocate() }
        budget.give(gone.count)
    }

    /// The pages that touch the range, found whichever way is shorter.
    private func forEachPage(from start: UInt64, to end: UInt64, _ body: (UInt64, UnsafeMutableRawPointer) -> Void) {
        guard start < end else { return }
        let first = start / UInt64(Self.pageSize)
        let last = (end - 1) / UInt64(Self.pageSize)
        if last - first < UInt64(pages.count) {
            for page in first...last {
                if let bytes = pages[page] { body(page, bytes) }
            }
        } else {
            pages.forEach { page, bytes in
                if page >= first, page <= last { body(page, bytes) }
            }
        }
    }

    override func next(_ offset: UInt64, hole: Bool) -> UInt64? {
        var place = offset
        while place < size {
            let page = place / UInt64(Self.pageSize)
            let isHole = pages[page] == nil && imageBytes(page * UInt64(Self.pageSize), Self.pageSize) == 0
            if isHole == hole { return place }
            place = (page + 1) * UInt64(Self.pageSize)
        }
        return hole ? size : nil
    }

    // MARK: Pages

    /// The page to be written, with the bytes of the image in it.
    private func pageForWriting(_ page: UInt64) throws(Errno) -> UnsafeMutableRawPointer {
        if let bytes = pages[page] { return bytes }
        let bytes = try emptyPage()
        do throws(Errno) { try fill(bytes, page) } catch {
            discard(bytes)
            throw error
        }
        // Another thread brought the page while this one waited for the image.
        if let other = pages[page] {
            discard(bytes)
            return other
        }
        pages.set(page, bytes)
        return bytes
    }

    private func emptyPage() throws(Errno) -> UnsafeMutableRawPointer {
        try budget.take(1)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: Self.pageSize, alignment: 64)
        zeroMemory(bytes, Self.pageSize)
        return bytes
    }

    private func fill(_ bytes: UnsafeMutableRawPointer, _ page: UInt64) throws(Errno) {
        let start = page * UInt64(Self.pageSize)
        let count = imageBytes(start, Self.pageSize)
        guard count > 0 else { return }
        try readImage(start, IOBuffer(kernel: bytes, count: count))
        // The file may have been cut, or the page made a hole, while this thread waited.
        let still = imageBytes(start, Self.pageSize)
        if still < count { zeroMemory(bytes + still, count - still) }
    }

    private func discard(_ bytes: UnsafeMutableRawPointer) {
        bytes.deallocate()
        budget.give(1)
    }
}
