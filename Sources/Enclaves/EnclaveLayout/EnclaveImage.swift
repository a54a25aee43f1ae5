import SGX

/// `enclave.img`: an ELF64 shared object for x86-64 of which only the loadable segments and the entry matter.
///
/// Everything read is checked against the file's length; a segment that is writable and executable is refused, and two segments
/// on one page too, since a page has one set of rights.
package struct EnclaveImage: Equatable, Sendable {
    package let bytes: [UInt8]
    package let entry: UInt64
    package let segments: [ImageSegment]

    /// Longest span an image may ask for.
    static let longest: UInt64 = 1 << 30

    package init(_ bytes: [UInt8]) throws(LayoutError) {
        let reader = ELFReader(bytes: bytes)
        let header = try reader.header()
        var segments: [ImageSegment] = []
        for number in 0..<header.segmentCount {
            guard let loaded = try Self.load(try reader.segment(number, of: header), number, reader) else { continue }
            if let previous = segments.last, previous.end > loaded.address {
                throw .segment(number, "it begins before the end of the one before, or on its last page")
            }
            segments.append(loaded)
        }
        guard let first = segments.first else { throw .notAnImage("it has no loadable segment") }
        guard first.address == 0 else { throw .notAnImage("its first segment is not at address 0") }
        let entry = header.entry
        guard segments.contains(where: { $0.rights.contains(.execute) && $0.address <= entry && entry < $0.end }) else {
            throw .notAnImage("its entry is not in an executable segment")
        }
        self.bytes = bytes
        self.entry = entry
        self.segments = segments
    }

    /// Bytes from the first page to the end of the last.
    package var span: UInt64 { segments.last?.end ?? 0 }

    private static func load(
        _ segment: ELFReader.Segment, _ number: Int, _ reader: ELFReader
    ) throws(LayoutError) -> ImageSegment? {
        if segment.type == ELFReader.interpreter { throw .segment(number, "it names an interpreter; an enclave has none") }
        guard segment.type == ELFReader.load, segment.memorySize > 0 else { return nil }
        guard segment.fileSize <= segment.memorySize else { throw .segment(number, "it is larger in the file than in memory") }
        guard segment.address < longest, segment.memorySize < longest else {
            throw .segment(number, "it reaches beyond \(longest) bytes")
        }
        guard segment.flags & ELFReader.writable == 0 || segment.flags & ELFReader.executable == 0 else {
            throw .segment(number, "it is writable and executable")
        }
        guard segment.flags & ELFReader.readable != 0 else { throw .segment(number, "it is not readable") }
        try reader.require("segment \(number)", segment.offset, segment.fileSize)
        let leading = segment.address % 4096
        var rights: SECINFO.Flags = .read
        if segment.flags & ELFReader.writable != 0 { rights.insert(.write) }
        if segment.flags & ELFReader.executable != 0 { rights.insert(.execute) }
        return ImageSegment(
            address: segment.address - leading, pageCount: Int((leading + segment.memorySize + 4095) / 4096), rights: rights,
            leading: Int(leading), fileOffset: Int(segment.offset), fileCount: Int(segment.fileSize))
    }
}
