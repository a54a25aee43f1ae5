/// The few fields of an ELF64 file that loading takes, each within the file's bounds.
struct ELFReader {
    static let load: UInt32 = 1
    static let interpreter: UInt32 = 3
    static let executable: UInt32 = 1
    static let writable: UInt32 = 2
    static let readable: UInt32 = 4
    private static let headerSize: UInt64 = 64
    private static let segmentSize: UInt64 = 56
    private static let mostSegments = 64

    let bytes: [UInt8]

    struct Header {
        var entry: UInt64
        var segmentsOffset: UInt64
        var segmentCount: Int
    }

    struct Segment {
        var type: UInt32
        var flags: UInt32
        var offset: UInt64
        var address: UInt64
        var fileSize: UInt64
        var memorySize: UInt64
    }

    func require(_ what: String, _ offset: UInt64, _ length: UInt64) throws(LayoutError) {
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard !overflow, end <= UInt64(bytes.count) else {
            throw .truncated(what: what, need: overflow ? .max : end, have: UInt64(bytes.count))
        }
    }

    func header() throws(LayoutError) -> Header {
        try require("the ELF header", 0, Self.headerSize)
        guard bytes[0..<4].elementsEqual([0x7f, 0x45, 0x4c, 0x46]) else { throw .notAnImage("it is no ELF file") }
        guard bytes[4] == 2, bytes[5] == 1, integer(18, 2) == 62 else { throw .notAnImage("it is not for x86-64") }
        guard integer(16, 2) == 3 else { throw .notAnImage("it is not position-independent (ET_DYN)") }
        let count = Int(integer(56, 2))
        guard integer(54, 2) == Self.segmentSize, count <= Self.mostSegments else {
            throw .notAnImage("its program headers are not those of ELF64, or more than \(Self.mostSegments)")
        }
        let header = Header(entry: integer(24, 8), segmentsOffset: integer(32, 8), segmentCount: count)
        try require("the program header table", header.segmentsOffset, UInt64(count) * Self.segmentSize)
        return header
    }

    func segment(_ number: Int, of header: Header) throws(LayoutError) -> Segment {
        // `header()` has checked the whole table.
        let start = Int(header.segmentsOffset) + number * Int(Self.segmentSize)
        return Segment(
            type: UInt32(integer(start, 4)), flags: UInt32(integer(start + 4, 4)), offset: integer(start + 8, 8),
            address: integer(start + 16, 8), fileSize: integer(start + 32, 8), memorySize: integer(start + 40, 8))
    }

    private func integer(_ offset: Int, _ width: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(bytes[offset + index]) << UInt64(index * 8) }
        return value
    }
}
