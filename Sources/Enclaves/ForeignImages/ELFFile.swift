/// ELF64 for x86-64 as far as enclave loaders read it: segments, sections by name, the dynamic table.
struct ELFFile {
    private static let mostSegments = 64
    private static let mostDynamicEntries = 4096

    let file: ByteRecord
    let header: Header
    let segments: [Segment]

    struct Header {
        static let byteCount: UInt64 = 64
        var type: UInt16
        var segmentTable: UInt64
        var segmentCount: UInt16
        var sectionTable: UInt64
        var sectionCount: UInt16
        var sectionNames: UInt16
    }

    struct Segment {
        static let byteCount: UInt64 = 56
        static let load: UInt32 = 1
        static let dynamic: UInt32 = 2
        static let interpreter: UInt32 = 3

        var type: UInt32
        /// X 1, W 2, R 4.
        var flags: UInt32
        var offset: UInt64
        var address: UInt64
        var fileSize: UInt64
        var memorySize: UInt64
        var alignment: UInt64
    }

    struct Section {
        static let byteCount: UInt64 = 64
        var offset: UInt64
        var size: UInt64
    }

    static func isELF(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) }

    init(_ bytes: [UInt8]) throws(ForeignImageError) {
        file = ByteRecord(bytes)
        let fields = try file.record(0, Header.byteCount, "the ELF header")
        guard bytes[4] == 2, bytes[5] == 1, fields.u16(18) == 62 else {
            throw .unknownFormat("an ELF file, but not a 64-bit one for x86-64")
        }
        header = Header(
            type: fields.u16(16), segmentTable: fields.u64(32), segmentCount: fields.u16(56), sectionTable: fields.u64(40),
            sectionCount: fields.u16(60), sectionNames: fields.u16(62))
        guard header.segmentCount <= Self.mostSegments else {
            throw .tooMuch(what: "program headers", asked: UInt64(header.segmentCount), most: UInt64(Self.mostSegments))
        }
        guard header.segmentCount == 0 || fields.u16(54) == Segment.byteCount else {
            throw .damaged(what: "the ELF header", why: "its program headers do not have \(Segment.byteCount) bytes each")
        }
        guard header.sectionCount == 0 || fields.u16(58) == Section.byteCount else {
            throw .damaged(what: "the ELF header", why: "its section headers do not have \(Section.byteCount) bytes each")
        }
        segments = try Self.segments(header, file)
    }

    private static func segments(_ header: Header, _ file: ByteRecord) throws(ForeignImageError) -> [Segment] {
        let size = Int(Segment.byteCount)
        let table = try file.record(
            header.segmentTable, UInt64(header.segmentCount) * Segment.byteCount, "the program header table")
        return (0..<Int(header.segmentCount)).map { number in
            let fields = table.inside(number * size..<(number + 1) * size)
            return Segment(
                type: fields.u32(0), flags: fields.u32(4), offset: fields.u64(8), address: fields.u64(16),
                fileSize: fields.u64(32), memorySize: fields.u64(40), alignment: fields.u64(48))
        }
    }

    var loadable: [Segment] { segments.filter { $0.type == Segment.load } }

    /// The first section of that name; nil without one, or without section headers.
    func section(named name: StaticString) throws(ForeignImageError) -> Section? {
        guard header.sectionCount > 0, header.sectionNames < header.sectionCount else { return nil }
        let size = Int(Section.byteCount)
        let table = try file.record(
            header.sectionTable, UInt64(header.sectionCount) * Section.byteCount, "the section header table")
        let strings = table.inside(Int(header.sectionNames) * size..<(Int(header.sectionNames) + 1) * size)
        let names = try file.record(strings.u64(24), strings.u64(32), "the section names")
        // With its terminating zero, so that a longer name does not match.
        let wanted: [UInt8] = Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) + [0]
        for number in 0..<Int(header.sectionCount) {
            let fields = table.inside(number * size..<(number + 1) * size)
            let place = Int(fields.u32(0))
            guard place < names.count, names.count - place >= wanted.count else { continue }
            guard names.inside(place..<place + wanted.count).slice.elementsEqual(wanted) else { continue }
            return Section(offset: fields.u64(24), size: fields.u64(32))
        }
        return nil
    }

    /// Values of the dynamic table by tag, the last of each; empty without a table.
    func dynamicTable() throws(ForeignImageError) -> [UInt64: UInt64] {
        guard let segment = segments.first(where: { $0.type == Segment.dynamic }) else { return [:] }
        let table = try file.record(segment.offset, segment.fileSize, "the dynamic table")
        var values: [UInt64: UInt64] = [:]
        for number in 0..<min(table.count / 16, Self.mostDynamicEntries) {
            let tag = table.u64(number * 16)
            if tag == 0 { break }
            values[tag] = table.u64(number * 16 + 8)
        }
        return values
    }

    /// `length` bytes of a loadable segment's file part, by address.
    func bytes(at address: UInt64, _ length: UInt64, _ what: String) throws(ForeignImageError) -> ByteRecord {
        for segment in loadable where segment.address <= address && address - segment.address < segment.fileSize {
            let place = address - segment.address
            guard length <= segment.fileSize - place else { break }
            let whole = try file.record(segment.offset, segment.fileSize, "a segment")
            return try whole.record(place, length, what)
        }
        throw .damaged(what: what, why: "\(length) bytes at address 0x\(String(address, radix: 16)) are in no segment")
    }
}
