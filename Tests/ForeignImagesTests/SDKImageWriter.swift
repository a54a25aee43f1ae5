import Testing

/// Writes libraries signed as Intel's SDK does it, from reference §2.1 and with no type of the parser.
///
/// Segments: headers and dynamic table (R), text (RX), data with a leading gap and a bss (RW). The metadata's thread group repeats guard
/// pages, a stack filled with 0xCC, TCS, SSA and thread data. The text adds one to RDI and leaves the enclave.
struct SDKImageWriter: Sendable, CustomTestStringConvertible {
    static let pageRights: (read: UInt64, readWrite: UInt64, tcs: UInt64) = (0x201, 0x203, 0x100)
    static let enclaveSize: UInt64 = 1 << 21
    // lea 1(%rdi),%rdi; mov %rcx,%rbx; mov $4,%eax; enclu
    static let code: [UInt8] = [0x48, 0x8d, 0x7f, 0x01, 0x48, 0x89, 0xcb, 0xb8, 4, 0, 0, 0, 0x0f, 0x01, 0xd7]
    static let entry: UInt64 = 0x1040
    private static let firstFree: UInt64 = 0x8000
    private static let noteName = "sgx_metadata\0"

    var major: UInt32 = 2
    var minor: UInt32 = 4
    var threads: UInt32 = 4
    /// DT_TEXTREL with relocations in two text pages, over their border.
    var textRelocations = false
    /// A block of version 1.4 with another layout beside the newest, before it when `olderFirst`.
    var withOlderBlock = false
    var olderFirst = false
    /// Image address, start and size of an address range.
    var range: (image: UInt64, start: UInt64, size: UInt64)?
    var debug = false
    /// With PROVISIONKEY, as Intel's own enclaves.
    var provisioning = false
    /// No room behind the metadata, as a file of a corpus wants it.
    var isCompact = false
    /// Memory of the data segment.
    var dataMemory: UInt64 = 0x3210
    var sigstruct = [UInt8](repeating: 0, count: 1808)
    /// Changes the newest block before it is placed.
    var change: @Sendable (inout FileBuilder) -> Void = { _ in }

    /// Places of interest in the newest block: its layout table and its group.
    struct Places: Sendable {
        var note = 0
        var block = 0
        var layout = 0
        var group = 0
        var template = 0
    }

    private(set) var places = Places()

    var testDescription: String {
        "\(major).\(minor), \(threads) threads" + (textRelocations ? ", text relocations" : "")
            + (withOlderBlock ? olderFirst ? ", after an older block" : ", before an older block" : "")
            + (range == nil ? "" : ", address range") + (debug ? ", debug" : "")
    }

    mutating func file() -> [UInt8] {
        var file = FileBuilder()
        file.put(FileBuilder.filler(0x600, 3), at: 0)
        file.put(FileBuilder.filler(0x2345, 5), at: 0x1000)
        file.put(Self.code, at: Int(Self.entry))
        file.put(FileBuilder.filler(0x5f0, 11), at: 0x3d10)
        putDynamicTable(in: &file)
        let note = putNote(in: &file)
        putHeaders(in: &file, note: note)
        return file.bytes
    }

    private func putHeaders(in file: inout FileBuilder, note: (place: Int, size: Int)) {
        file.put([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], at: 0)
        for (place, value) in [(16, 3), (18, 62), (52, 64), (54, 56), (56, 4), (58, 64), (60, 3), (62, 2)] as [(Int, UInt16)] {
            file.put(value, at: place)
        }
        file.put(UInt32(1), at: 20)
        file.put(Self.entry, at: 24)
        file.put(UInt64(64), at: 32)
        file.put(UInt32(0), at: 48)
        let segments: [[UInt64]] = [
            // Type and flags, offset, address, size in the file and in memory.
            [1 | 4 << 32, 0, 0, 0x600, 0x600], [1 | 5 << 32, 0x1000, 0x1000, 0x2345, 0x2345],
            [1 | 6 << 32, 0x3d10, 0x4d10, 0x5f0, dataMemory], [2 | 4 << 32, 0x400, 0x400, 0x90, 0x90],
        ]
        for (number, segment) in segments.enumerated() {
            for (field, place) in zip([segment[0], segment[1], segment[2], segment[2], segment[3], segment[4], 4096], 0...) {
                file.put(field, at: 64 + number * 56 + place * 8)
            }
        }
        let names = file.append(Array("\0.note.sgxmeta\0.shstrtab\0".utf8))
        file.align(to: 8)
        let table = file.bytes.count
        file.put(UInt64(table), at: 40)
        file.put([UInt8](repeating: 0, count: 3 * 64), at: table)
        for (number, name, kind, place, size) in [(1, 1, 7, note.place, note.size), (2, 15, 3, names, 25)] {
            file.put(UInt32(name), at: table + number * 64)
            file.put(UInt32(kind), at: table + number * 64 + 4)
            file.put(UInt64(place), at: table + number * 64 + 24)
            file.put(UInt64(size), at: table + number * 64 + 32)
        }
    }

    private func putDynamicTable(in file: inout FileBuilder) {
        var entries: [(UInt64, UInt64)] = [(7, 0x500), (8, 72), (9, 24)]
        if textRelocations { entries.append((22, 0)) }
        for (number, entry) in (entries + [(0, 0)]).enumerated() {
            file.put(entry.0, at: 0x400 + number * 16)
            file.put(entry.1, at: 0x408 + number * 16)
        }
        // Offset and type: RELATIVE, RELATIVE over a page's border, NONE.
        for (number, entry) in ([(0x1100, 8), (0x1ffc, 8), (0x3010, 0)] as [(UInt64, UInt64)]).enumerated() {
            file.put(entry.0, at: 0x500 + number * 24)
            file.put(entry.1, at: 0x508 + number * 24)
            file.put(UInt64(0), at: 0x510 + number * 24)
        }
    }

    private mutating func putNote(in file: inout FileBuilder) -> (place: Int, size: Int) {
        var older = self
        (older.major, older.minor, older.threads) = (1, 4, 1)
        older.change = { _ in }
        let newest = block()
        let blocks = withOlderBlock ? (olderFirst ? [older.block(), newest] : [newest, older.block()]) : [newest]
        let used = blocks.reduce(0) { $0 + $1.count }
        let size = isCompact ? used : max(used + 100, 24 << 10)
        file.put([], at: 0x4305)
        let place = file.bytes.count + 5
        file.put(UInt32(Self.noteName.utf8.count), at: place)
        file.put(UInt32(size), at: place + 4)
        file.put(UInt32(1), at: place + 8)
        file.put(Array(Self.noteName.utf8), at: place + 12)
        let start = place + 12 + Self.noteName.utf8.count
        file.put([UInt8](repeating: 0, count: size), at: start)
        file.put(Array(blocks.joined()), at: start)
        places.note = place
        places.block = start + (withOlderBlock && olderFirst ? blocks[0].count : 0)
        return (place, size + 12 + Self.noteName.utf8.count)
    }

    private mutating func block() -> [UInt8] {
        var block = FileBuilder()
        block.put(UInt64(0x86A8_0294_635D_0E4C), at: 0)
        block.put(minor, at: 8)
        block.put(major + (range == nil ? 0 : 10), at: 12)
        block.put(UInt32(1), at: 20)
        block.put(UInt32(1), at: 24)
        block.put(UInt32(2632), at: 28)
        block.put(Self.enclaveSize, at: 40)
        block.put(UInt64((debug ? 6 : 4) | (provisioning ? 0x10 : 0)), at: 48)
        block.put(UInt64(3), at: 56)
        block.put(sigstruct, at: 64)
        block.put([UInt8](repeating: 0, count: 32), at: 1872)
        if let range {
            let place = block.append([])
            for (number, value) in [range.image, range.start, range.size].enumerated() { block.put(value, at: place + number * 8) }
            block.put(UInt32(place), at: 1888)
            block.put(UInt32(24), at: 1892)
        }
        putLayout(in: &block)
        putPatches(in: &block)
        change(&block)
        block.put(UInt32(block.bytes.count), at: 16)
        return block.bytes
    }

    private func putPatches(in block: inout FileBuilder) {
        let data = block.append(FileBuilder.filler(64, 77))
        let zero = block.append([UInt8](repeating: 0, count: 8))
        // Place in the file, contents, size: global data of the runtime, e_shnum, e_shoff, e_shstrndx.
        let patches = [(0x3d40, data, 64), (60, zero, 2), (40, zero, 8), (62, zero, 2)]
        block.put(UInt32(block.bytes.count), at: 1872)
        block.put(UInt32(patches.count * 32), at: 1876)
        for (target, source, size) in patches {
            let place = block.append([UInt8](repeating: 0, count: 32))
            block.put(UInt64(target), at: place)
            block.put(UInt32(source), at: place + 8)
            block.put(UInt32(size), at: place + 12)
        }
    }

    private struct Entry {
        var id: UInt16
        var attributes: UInt16 = 0
        var pages: UInt32
        var contentSize: UInt32 = 0
        var contentOffset: UInt32 = 0
        var flags: UInt64 = 0
    }

    private mutating func putLayout(in block: inout FileBuilder) {
        let shift = range.map { $0.image - $0.start } ?? 0
        let template = block.append([UInt8](repeating: 0, count: 72))
        // From the TCS: one page of TCS, two of SSA, sixteen of guard, then thread data.
        for (place, value) in [(16, 4096 + shift), (32, Self.entry + shift), (48, 19 * 4096 + shift), (56, 19 * 4096 + shift)] {
            block.put(UInt64(value), at: template + place)
        }
        block.put(UInt32(2), at: template + 28)
        block.put(UInt64.max, at: template + 64)
        let raw = block.append(FileBuilder.filler(5000, 31))
        let guarded = Entry(id: 10, pages: 16)
        let thread = [
            guarded, Entry(id: 7, attributes: 0x43, pages: 3, contentSize: 0xcccc_cccc, flags: Self.pageRights.readWrite),
            Entry(id: 8, attributes: 3, pages: 1, contentSize: 0xcccc_cccc, flags: Self.pageRights.readWrite), guarded,
            Entry(id: 4, attributes: 3, pages: 1, contentSize: 72, contentOffset: UInt32(template), flags: Self.pageRights.tcs),
            Entry(id: 6, attributes: 3, pages: 2, flags: Self.pageRights.readWrite), guarded,
            Entry(id: 5, attributes: 3, pages: 1, flags: Self.pageRights.readWrite),
        ]
        let heap = [
            Entry(id: 1, attributes: 1, pages: 4, flags: Self.pageRights.readWrite),
            Entry(id: 2, attributes: 0x19, pages: 2, flags: Self.pageRights.readWrite),
            Entry(id: 3, attributes: 8, pages: 10, flags: Self.pageRights.readWrite),
        ]
        var address = Self.firstFree
        let table = block.append([])
        for entry in heap + thread { put(entry, at: &address, in: &block) }
        if threads > 1 {
            let step = UInt64(thread.reduce(0) { $0 + $1.pages }) * 4096
            places.group = block.append([UInt8](repeating: 0, count: 32))
            block.put(UInt16(1 << 12 | 9), at: places.group)
            block.put(UInt16(thread.count), at: places.group + 2)
            block.put(threads - 1, at: places.group + 4)
            block.put(step, at: places.group + 8)
            address += step * UInt64(threads - 1)
        }
        let reserved = Entry(
            id: 20, attributes: 1, pages: 3, contentSize: 5000, contentOffset: UInt32(raw), flags: Self.pageRights.read)
        for entry in [reserved, Entry(id: 10, pages: UInt32((Self.enclaveSize - address) / 4096) - 3)] {
            put(entry, at: &address, in: &block)
        }
        block.put(UInt32(table), at: 1880)
        block.put(UInt32(block.bytes.count - table), at: 1884)
        places.layout = table
        places.template = template
    }

    private func put(_ entry: Entry, at address: inout UInt64, in block: inout FileBuilder) {
        let place = block.append([UInt8](repeating: 0, count: 32))
        block.put(entry.id, at: place)
        block.put(entry.attributes, at: place + 2)
        block.put(entry.pages, at: place + 4)
        block.put(address, at: place + 8)
        block.put(entry.contentSize, at: place + 16)
        block.put(entry.contentOffset, at: place + 20)
        block.put(entry.flags, at: place + 24)
        address += UInt64(entry.pages) * 4096
    }
}
