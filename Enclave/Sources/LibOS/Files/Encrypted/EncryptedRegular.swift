import Volume

/// A regular file of an encrypted volume.
final class EncryptedRegular: EncryptedNode {
    private static let blockSize = Block.byteCount
    private static let reservedAtOnce: UInt64 = 256

    /// It was made without a name and may be given one.
    var mayBeLinked = false

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        EncryptedOpenFile(self, path: path, flags: flags)
    }

    var size: UInt64 { file.record.size }

    /// BLOCKS.
    func read(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        return try system.locked { (volume) throws(Errno) in
            guard offset < size else { return 0 }
            let total = Int(min(UInt64(buffer.count), size - offset))
            let first = offset / UInt64(Self.blockSize)
            let last = (offset + UInt64(total) - 1) / UInt64(Self.blockSize)
            volume.expect(file, first, Int(min(last - first + 1, UInt64(Block.mostAtOnce))))
            var done = 0
            while done < total {
                let place = offset + UInt64(done)
                let within = Int(place % UInt64(Self.blockSize))
                let part = min(total - done, Self.blockSize - within)
                do throws(Errno) {
                    let page = try system.step { () throws(VolumeError) in
                        try volume.page(file, place / UInt64(Self.blockSize))
                    }
                    try buffer.copyOut(page + within, part, at: done)
                } catch {
                    // As Linux: what came before the error is returned, the next read has the error.
                    guard done > 0 else { throw error }
                    return done
                }
                done += part
            }
            return done
        }
    }

    /// BLOCKS.
    ///
    /// Writes at `offset`, or at the end where it is `nil`; returns the offset as well.
    func write(_ offset: UInt64?, _ buffer: IOBuffer) throws(Errno) -> (count: Int, offset: UInt64) {
        try checkWritable()
        let now = Self.now
        return try system.locked { (volume) throws(Errno) in
            let start = offset ?? size
            guard start <= UInt64(Int64.max) - UInt64(buffer.count) else { throw .EFBIG }
            let buffer = try FileSizeLimit.cut(buffer, at: start)
            defer { dropSetIDs(volume) }
            var done = 0
            while done < buffer.count {
                do throws(Errno) {
                    done += try writePart(volume, start + UInt64(done), buffer, done, now)
                } catch {
                    // What was written before counts.
                    guard done > 0 else { throw error }
                    break
                }
            }
            return (done, start)
        }
    }

    private func writePart(
        _ volume: EncryptedFileSystem.HostVolume, _ place: UInt64, _ buffer: IOBuffer, _ done: Int, _ now: FileRecord.Time
    ) throws(Errno) -> Int {
        let within = Int(place % UInt64(Self.blockSize))
        let part = min(buffer.count - done, Self.blockSize - within)
        // Behind the end there is nothing to be read first.
        let block = place / UInt64(Self.blockSize)
        let whole = part == Self.blockSize || block * UInt64(Self.blockSize) >= size
        // A page that is replaced is zeros from then on, so the copy, which memory of the program can fail, comes first.
        if whole { try buffer.copyIn(system.incoming, part, at: done) }
        let page = try system.step { () throws(VolumeError) in try volume.pageToChange(file, block, whole: whole) }
        if whole {
            (page + within).copyMemory(from: system.incoming, byteCount: part)
        } else {
            try buffer.copyIn(page + within, part, at: done)
        }
        volume.written(file, to: place + UInt64(part), now)
        return part
    }

    override func truncate(to size: UInt64) throws(Errno) {
        try checkWritable()
        guard size <= UInt64(Int64.max) else { throw .EFBIG }
        try FileSizeLimit.check(size, growingFrom: self.size)
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in
            try volume.truncate(file, to: size, now)
            dropSetIDs(volume)
        }
    }

    /// As Linux: what somebody other than root writes to a program does not run with its owner's rights.
    private func dropSetIDs(_ volume: EncryptedFileSystem.HostVolume) {
        let mode = file.record.mode
        guard mode & 0o6000 != 0, let process = currentThreadIfAny()?.process, process.euid != 0 else { return }
        volume.dropModeBits(file, mode & 0o010 != 0 ? 0o6000 : 0o4000)
    }

    override func blocks() throws(Errno) -> UInt64 {
        guard file.hasDirtyBlocks else { return file.record.blocks }
        return try system.perform { (volume) throws(VolumeError) in try volume.blocksToCome(file) + file.record.blocks }
    }

    func punch(from start: UInt64, to end: UInt64) throws(Errno) {
        try checkWritable()
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in try volume.punch(file, from: start, to: end, now) }
    }

    /// Makes sure that a range can be written: what lies in the file gets its blocks, behind its end there is room for it now.
    func reserve(from start: UInt64, to end: UInt64, keepingSize: Bool) throws(Errno) {
        try checkWritable()
        let size = UInt64(Self.blockSize)
        let count = (end - start) / size + 1
        try system.perform { (volume) throws(VolumeError) in try volume.makeRoom(pages: Int(clamping: count)) }
        if !keepingSize, end > self.size { try truncate(to: end) }
        var block = start / size
        let last = (min(end, self.size) + size - 1) / size
        // In pieces, between which others have their turn.
        while block < last {
            let next = min(last, block + Self.reservedAtOnce)
            try system.perform { (volume) throws(VolumeError) in try volume.fill(file, from: block, to: next) }
            block = next
        }
    }

    func next(_ offset: UInt64, hole: Bool) throws(Errno) -> UInt64? {
        try system.perform { (volume) throws(VolumeError) in try volume.next(file, offset, hole: hole) }
    }
}
