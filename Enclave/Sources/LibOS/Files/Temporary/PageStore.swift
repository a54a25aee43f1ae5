/// The bytes of a file in memory: pages of 4 KiB, zeros where there is none.
final class PageStore {
    static let pageSize = 4096

    private var pages = IntegerTable<UnsafeMutableRawPointer>()
    private let budget: MemoryBudget
    private(set) var size: UInt64 = 0

    init(budget: MemoryBudget) { self.budget = budget }

    deinit {
        pages.forEach { $1.deallocate() }
        budget.give(pages.count)
    }

    var pageCount: Int { pages.count }

    func read(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset < size else { return 0 }
        let total = Int(min(UInt64(buffer.count), size - offset))
        var done = 0
        while done < total {
            let (page, within) = place(offset + UInt64(done))
            let part = min(total - done, Self.pageSize - within)
            if let bytes = pages[page] {
                try buffer.copyOut(bytes + within, part, at: done)
            } else {
                try buffer.zero(at: done, part)
            }
            done += part
        }
        return total
    }

    func write(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset <= UInt64(Int64.max) - UInt64(buffer.count) else { throw .EFBIG }
        var done = 0
        do throws(Errno) {
            while done < buffer.count {
                let (page, within) = place(offset + UInt64(done))
                let part = min(buffer.count - done, Self.pageSize - within)
                let bytes = try pageForWriting(page)
                try buffer.copyIn(bytes + within, part, at: done)
                done += part
            }
        } catch {
            // What was written before the store was full counts.
            if done == 0 { throw error }
        }
        size = max(size, offset + UInt64(done))
        return done
    }

    func truncate(to newSize: UInt64) throws(Errno) {
        guard newSize <= UInt64(Int64.max) else { throw .EFBIG }
        if newSize <= size { release(from: newSize, to: UInt64.max) }
        size = newSize
    }

    /// Makes pages for the range, so that writing there cannot fail.
    func allocate(_ offset: UInt64, _ length: UInt64) throws(Errno) {
        guard length / UInt64(Self.pageSize) < UInt64(budget.limit) else { throw .ENOSPC }
        var page = offset / UInt64(Self.pageSize)
        while page * UInt64(Self.pageSize) < offset + length {
            _ = try pageForWriting(page)
            page += 1
        }
    }

    /// Makes the range read as zeros and gives back the pages wholly in it; the size stays.
    func release(from start: UInt64, to end: UInt64) {
        let pageSize = UInt64(Self.pageSize)
        var gone: [UInt64] = []
        pages.forEach { page, bytes in
            let first = page * pageSize
            guard first < end, first + pageSize > start else { return }
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

    /// The next page with bytes at or behind `offset`, or the next one without.
    func next(_ offset: UInt64, hole: Bool) -> UInt64? {
        var place = offset
        while place < size {
            let page = place / UInt64(Self.pageSize)
            if (pages[page] == nil) == hole { return place }
            place = (page + 1) * UInt64(Self.pageSize)
        }
        return hole ? size : nil
    }

    private func place(_ offset: UInt64) -> (UInt64, Int) {
        (offset / UInt64(Self.pageSize), Int(offset % UInt64(Self.pageSize)))
    }

    private func pageForWriting(_ page: UInt64) throws(Errno) -> UnsafeMutableRawPointer {
        if let bytes = pages[page] { return bytes }
        try budget.take(1)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: Self.pageSize, alignment: 64)
        zeroMemory(bytes, Self.pageSize)
        pages.set(page, bytes)
        return bytes
    }
}
