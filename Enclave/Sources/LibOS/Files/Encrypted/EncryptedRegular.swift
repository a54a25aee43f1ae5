import Volume

/// A regular file of an encrypted volume.
final class EncryptedRegular: EncryptedNode {
    private static let blockSize = Block.byteCount

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
        let page = try system.step { () throws(VolumeError) in try volume.pageToChange(file, block, whole: whole) }
        try buffer.copyIn(page + within, part, at: done)
        volume.written(file, to: place + UInt64(part), now)
        return part
    }

    override func truncate(to size: UInt64) throws(Errno) {
        try checkWritable()
        guard size <= UInt64(Int64.max) else { throw .EFBIG }
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in try volume.truncate(file, to: size, now) }
    }

    func punch(from start: UInt64, to end: UInt64) throws(Errno) {
        try checkWritable()
        let now = Self.now
        try system.perform { (volume) throws(VolumeError) in try volume.punch(file, from: start, to: end, now) }
    }

    /// Makes sure that so many bytes can still be written.
    func reserve(_ length: UInt64) throws(Errno) {
        try checkWritable()
        try system.perform { (volume) throws(VolumeError) in
            try volume.makeRoom(Int(clamping: length / UInt64(Self.blockSize) + 1))
        }
    }

    func next(_ offset: UInt64, hole: Bool) throws(Errno) -> UInt64? {
        try system.perform { (volume) throws(VolumeError) in try volume.next(file, offset, hole: hole) }
    }
}
