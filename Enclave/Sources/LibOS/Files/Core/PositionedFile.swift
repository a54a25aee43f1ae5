/// An open file with an offset: regular files of every file system.
class PositionedFile: OpenFile {
    final var offset: UInt64 = 0

    /// BLOCKS.
    func size() throws(Errno) -> UInt64 { try node.status().size }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        let start = offset
        let count = try readAt(start, buffer)
        offset = start + UInt64(count)
        return count
    }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        if statusFlags & OpenFlags.append != 0 { offset = try size() }
        let start = offset
        let count = try writeAt(start, buffer)
        offset = start + UInt64(count)
        return count
    }

    override func seek(_ distance: Int64, whence: Int32) throws(Errno) -> Int64 {
        let base: Int64
        switch whence {
        case 0: base = 0
        case 1: base = Int64(offset)
        case 2: base = Int64(clamping: try size())
        case 3, 4: return try seekData(distance, hole: whence == 4)
        default: throw .EINVAL
        }
        let (target, overflow) = base.addingReportingOverflow(distance)
        guard !overflow, target >= 0 else { throw .EINVAL }
        offset = UInt64(target)
        return target
    }

    /// The whole file counts as data, and its end as the only hole.
    func seekData(_ from: Int64, hole: Bool) throws(Errno) -> Int64 {
        let size = try size()
        guard from >= 0, UInt64(from) < size else { throw .ENXIO }
        offset = hole ? size : UInt64(from)
        return Int64(offset)
    }

    override func synchronise() throws(Errno) {}

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        guard request == TerminalRequest.bytesReadable else { throw .ENOTTY }
        let size = try size()
        try userStore(Int32(clamping: size > offset ? size - offset : 0), to: argument)
        return 0
    }
}
