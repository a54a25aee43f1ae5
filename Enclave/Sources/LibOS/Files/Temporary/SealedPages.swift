import Volume
import Wire

/// The bytes of a file in a scratch volume, page by page.
final class SealedPages: WrittenPages {
    private let scratch: ScratchVolume
    /// Its size says nothing; made when the first page is written.
    private var file: VolumeFile?
    private var stored = 0

    private static let allocatedAtOnce: UInt64 = 256

    init(_ scratch: ScratchVolume, image: VerifiedNode?) {
        self.scratch = scratch
        super.init(image: image)
    }

    deinit {
        if let file { scratch.abandon(file) }
    }

    override var isInMemory: Bool { false }
    override var pageCount: Int { stored }

    private static var now: FileRecord.Time { FileRecord.Time(FileTime.now()) }

    // MARK: Reading

    override func read(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset < size, buffer.count > 0 else { return 0 }
        return try scratch.locked { (volume) throws(Errno) in
            guard offset < size else { return 0 }
            let total = Int(min(UInt64(buffer.count), size - offset))
            let (first, last) = (place(offset).0, place(offset + UInt64(total) - 1).0)
            if let file { volume.expect(file, first, Int(min(last - first + 1, UInt64(Block.mostAtOnce)))) }
            var done = 0
            while done < total {
                let (page, within) = place(offset + UInt64(done))
                let part = min(total - done, Self.pageSize - within)
                do throws(Errno) { try readPart(volume, page, within, buffer.slice(from: done, count: part)) } catch {
                    // As Linux: what came before the error is returned, the next read has the error.
                    guard done > 0 else { throw error }
                    return done
                }
                done += part
            }
            return done
        }
    }

    private func readPart(_ volume: ScratchVolume.HostVolume, _ page: UInt64, _ within: Int, _ part: IOBuffer) throws(Errno) {
        if let file, try isStored(volume, page) {
            let bytes = try scratch.step { () throws(VolumeError) in try volume.page(file, page) }
            return try part.copyOut(bytes + within, part.count, at: 0)
        }
        let offset = page * UInt64(Self.pageSize) + UInt64(within)
        let shown = imageBytes(offset, part.count)
        if shown > 0 { try readImage(offset, part.slice(from: 0, count: shown)) }
        try part.zero(at: shown, part.count - shown)
    }

    private func isStored(_ volume: ScratchVolume.HostVolume, _ page: UInt64) throws(Errno) -> Bool {
        guard let file else { return false }
        return try scratch.step { () throws(VolumeError) in try volume.isStored(file, page) }
    }

    // MARK: Writing

    override func write(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard offset <= UInt64(Int64.max) - UInt64(buffer.count) else { throw .EFBIG }
        return try scratch.locked { (volume) throws(Errno) in
            var done = 0
            while done < buffer.count {
                let (page, within) = place(offset + UInt64(done))
                let part = min(buffer.count - done, Self.pageSize - within)
                do throws(Errno) { try writePart(volume, page, within, buffer.slice(from: done, count: part)) } catch {
                    // What was written before counts.
                    guard done > 0 else { throw error }
                    break
                }
                done += part
            }
            size = max(size, offset + UInt64(done))
            return done
        }
    }

    private func writePart(_ volume: ScratchVolume.HostVolume, _ page: UInt64, _ within: Int, _ part: IOBuffer) throws(Errno) {
        if part.count < Self.pageSize, let file, try isStored(volume, page) {
            let bytes = try scratch.step { () throws(VolumeError) in try volume.pageToChange(file, page, whole: false) }
            return try part.copyIn(bytes + within, part.count, at: 0)
        }
        if part.count < Self.pageSize { try bring(page) }
        try part.copyIn(scratch.incoming + within, part.count, at: 0)
        try store(volume, page)
    }

    /// What a page that is not stored shows, in `incoming`.
    private func bring(_ page: UInt64) throws(Errno) {
        let start = page * UInt64(Self.pageSize)
        let shown = imageBytes(start, Self.pageSize)
        if shown > 0 { try readImage(start, IOBuffer(kernel: scratch.incoming, count: shown)) }
        zeroMemory(scratch.incoming + shown, Self.pageSize - shown)
    }

    /// The page is what is in `incoming` from here on.
    private func store(_ volume: ScratchVolume.HostVolume, _ page: UInt64) throws(Errno) {
        let file = try fileToWrite(volume)
        try scratch.step { () throws(VolumeError) in
            let isNew = !(try volume.isStored(file, page))
            let bytes = try volume.pageToChange(file, page, whole: true)
            bytes.copyMemory(from: scratch.incoming, byteCount: Self.pageSize)
            volume.written(file, to: (page + 1) * UInt64(Self.pageSize), Self.now)
            if isNew { stored += 1 }
        }
    }

    private func fileToWrite(_ volume: ScratchVolume.HostVolume) throws(Errno) -> VolumeFile {
        if let file { return file }
        let made = try scratch.makeFile(volume)
        file = made
        return made
    }

    // MARK: Size and holes

    override func truncate(to newSize: UInt64) throws(Errno) {
        guard newSize <= UInt64(Int64.max) else { throw .EFBIG }
        try scratch.locked { (volume) throws(Errno) in
            if let file, newSize < file.record.size {
                try scratch.step { () throws(VolumeError) in try volume.truncate(file, to: newSize, Self.now) }
                try count(volume, file)
            }
            imageEnd = min(imageEnd, newSize)
            size = newSize
        }
    }

    private func count(_ volume: ScratchVolume.HostVolume, _ file: VolumeFile) throws(Errno) {
        stored = Int(clamping: try scratch.step { () throws(VolumeError) in try volume.blocksToCome(file) + file.record.blocks })
    }

    override func allocate(_ offset: UInt64, _ length: UInt64) throws(Errno) {
        var page = place(offset).0
        let end = place(offset + length - 1).0 + 1
        try scratch.locked { (volume) throws(Errno) in
            try scratch.step { () throws(VolumeError) in try volume.makeRoom(pages: Int(clamping: end - page)) }
        }
        // In pieces, between which others have their turn.
        while page < end {
            let next = min(end, page + Self.allocatedAtOnce)
            try scratch.locked { (volume) throws(Errno) in
                for page in page..<next where !(try isStored(volume, page)) {
                    try bring(page)
                    try store(volume, page)
                }
            }
            page = next
        }
    }

    override func punch(from start: UInt64, to end: UInt64) throws(Errno) {
        let pageSize = UInt64(Self.pageSize)
        try scratch.locked { (volume) throws(Errno) in
            var page = start / pageSize
            while page * pageSize < min(end, imageEnd) {
                let isWhole = page * pageSize >= start && (end - page * pageSize >= pageSize || end >= imageEnd)
                if isWhole {
                    makeHole(page)
                } else if !(try isStored(volume, page)) {
                    try bring(page)
                    try store(volume, page)
                }
                page += 1
            }
            guard let file else { return }
            try scratch.step { () throws(VolumeError) in try volume.punch(file, from: start, to: end, Self.now) }
            try count(volume, file)
        }
    }

    override func next(_ offset: UInt64, hole: Bool) throws(Errno) -> UInt64? {
        try scratch.locked { (volume) throws(Errno) in
            var place = offset
            // Pages of the image one by one; behind them the volume knows.
            while place < min(size, imageEnd) {
                let page = place / UInt64(Self.pageSize)
                let isOfImage = imageBytes(page * UInt64(Self.pageSize), Self.pageSize) > 0
                let isHole = isOfImage ? false : try !isStored(volume, page)
                if isHole == hole { return place }
                place = (page + 1) * UInt64(Self.pageSize)
            }
            guard place < size else { return hole ? size : nil }
            let found = try scratch.step { () throws(VolumeError) -> UInt64? in
                guard let file else { return nil }
                return try volume.next(file, place, hole: hole)
            }
            if hole { return min(found ?? place, size) }
            return found.flatMap { $0 < size ? $0 : nil }
        }
    }
}
