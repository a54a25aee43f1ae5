import Wire

/// An open regular file in kernel memory or of the image.
///
/// It asks the file at each call where the bytes are, so that whoever opened a file of the image sees what is written to it later.
final class TemporaryOpenFile: PositionedFile {
    let file: TemporaryFile
    private var reader = VerifiedReader()

    init(_ file: TemporaryFile, path: Bytes, flags: UInt32) {
        self.file = file
        super.init(node: file, path: path, flags: flags)
    }

    override var mappable: Bool { true }
    override var isVerified: Bool { file.store == nil }
    override var image: VerifiedNode? { file.store == nil ? file.image : nil }
    override var isReadWithoutWaiting: Bool { file.store?.isInMemory ?? true }
    override func writeBack(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int { try file.write(offset, buffer) }
    override func requireShareable(writing: Bool) throws(Errno) {
        if writing, file.seals & (TemporaryFile.sealWrite | TemporaryFile.sealFutureWrite) != 0 { throw .EPERM }
    }
    override func size() throws(Errno) -> UInt64 { file.size }

    override func readAt(_ offset: UInt64, _ buffer: IOBuffer) throws(Errno) -> Int {
        if let store = file.store { return try store.read(offset, buffer) }
        guard let image = file.image else { return 0 }
        return try reader.read(image, offset, buffer)
    }

    override func verifiedParts(_ offset: UInt64, _ count: Int) throws(Errno) -> [VerifiedPart]? {
        guard file.store == nil, let image = file.image else { return nil }
        return try reader.parts(image, offset, count)
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
        try file.allocate(try AllocationMode(flags: mode), offset, length)
    }

    override func seekData(_ from: Int64, hole: Bool) throws(Errno) -> Int64 {
        guard from >= 0, UInt64(from) < file.size else { throw .ENXIO }
        guard let store = file.store else { return try super.seekData(from, hole: hole) }
        guard let place = try store.next(UInt64(from), hole: hole) else { throw .ENXIO }
        offset = min(place, file.size)
        return Int64(offset)
    }

    override func sites(from: UInt32, to: UInt32) throws(Errno) -> [IndexSite] {
        guard isVerified, let image = file.image else { return [] }
        return try image.sites(from: from, to: to)
    }
}
