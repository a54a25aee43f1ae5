/// An open file of a tmpfs.
final class TemporaryOpenFile: PositionedFile {
    let file: TemporaryFile

    private static let keepSize: UInt32 = 1
    private static let punchHole: UInt32 = 2

    init(_ file: TemporaryFile, path: Bytes, flags: UInt32) {
        self.file = file
        super.init(node: file, path: path, flags: flags)
    }

    override var mappable: Bool { true }
    override func size() throws(Errno) -> UInt64 { file.size }

    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        try file.store.read(offset, buffer)
    }

    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        // As Linux: with O_APPEND even pwrite appends.
        return try file.write(statusFlags & OpenFlags.append != 0 ? file.size : offset, buffer)
    }

    override func truncate(to size: UInt64) throws(Errno) { try file.truncate(to: size) }

    override func allocate(mode: UInt32, offset: UInt64, length: UInt64) throws(Errno) {
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard !overflow, end <= UInt64(Int64.max) else { throw .EFBIG }
        switch mode {
        case 0, Self.keepSize:
            try file.store.allocate(offset, length)
            if mode == 0, end > file.size { try file.truncate(to: end) }
        case Self.punchHole | Self.keepSize:
            file.store.release(from: offset, to: end)
        default: throw .EOPNOTSUPP
        }
        file.contentChanged()
    }

    override func seekData(_ from: Int64, hole: Bool) throws(Errno) -> Int64 {
        guard from >= 0, UInt64(from) < file.size, let place = file.store.next(UInt64(from), hole: hole) else { throw .ENXIO }
        offset = min(place, file.size)
        return Int64(offset)
    }
}
