import Volume

/// An open regular file of an encrypted volume.
final class EncryptedOpenFile: PositionedFile {
    private let file: EncryptedRegular

    private static let keepSize: UInt32 = 1
    private static let punchHole: UInt32 = 2
    private static let zeroRange: UInt32 = 0x10

    init(_ file: EncryptedRegular, path: Bytes, flags: UInt32) {
        self.file = file
        super.init(node: file, path: path, flags: flags)
    }

    override var mappable: Bool { true }
    override func size() throws(Errno) -> UInt64 { file.size }

    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try file.read(offset, buffer) }

    /// O_DSYNC is part of O_SYNC.
    private var writesThrough: Bool { statusFlags & OpenFlags.dataSynchronous != 0 }
    private var appends: Bool { statusFlags & OpenFlags.append != 0 }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        let written = try file.write(appends ? nil : offset, buffer)
        offset = written.offset + UInt64(written.count)
        if writesThrough { try synchronise() }
        return written.count
    }

    override func writeAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        // As Linux: with O_APPEND even pwrite appends.
        let written = try file.write(appends ? nil : offset, buffer)
        if writesThrough { try synchronise() }
        return written.count
    }

    override func truncate(to size: UInt64) throws(Errno) { try file.truncate(to: size) }

    override func writeBack(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try file.write(offset, buffer).count }

    override func synchronise() throws(Errno) { try file.system.synchronise() }

    override func allocate(mode: UInt32, offset: UInt64, length: UInt64) throws(Errno) {
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard !overflow, end <= UInt64(Int64.max) else { throw .EFBIG }
        let keepsSize = mode & Self.keepSize != 0
        if !keepsSize { try FileSizeLimit.check(end, growingFrom: file.size) }
        switch mode & ~Self.keepSize {
        case 0: try file.reserve(from: offset, to: end, keepingSize: keepsSize)
        case Self.punchHole where keepsSize: try file.punch(from: offset, to: end)
        case Self.zeroRange:
            try file.punch(from: offset, to: end)
            if !keepsSize, end > file.size { try file.truncate(to: end) }
        default: throw .EOPNOTSUPP
        }
    }

    override func seekData(_ from: Int64, hole: Bool) throws(Errno) -> Int64 {
        guard from >= 0, UInt64(from) < file.size, let place = try file.next(UInt64(from), hole: hole) else { throw .ENXIO }
        offset = min(place, file.size)
        return Int64(offset)
    }
}
