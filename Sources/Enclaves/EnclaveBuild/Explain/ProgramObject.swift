/// A program or a library as its loader sees it: what it needs, what it gives, where its functions are.
struct ProgramObject {
    let path: String
    let isFixed: Bool
    /// Lowest and highest address of a fixed program.
    private(set) var extent: Range<UInt64> = 0..<0
    private(set) var interpreter: String?
    private(set) var needed: [String] = []
    private(set) var searchPaths: [String] = []
    /// Address of each function and object it gives to others.
    private(set) var exports: [String: UInt64] = [:]
    /// Words the loader fills with the address of an imported name.
    private(set) var imports: [UInt64: String] = [:]
    /// Words that hold an address of this object: constructors, tables of functions.
    private(set) var pointers: Set<UInt64> = []
    private(set) var code: [LoadedSection] = []
    /// Where functions are, from symbols and unwind tables, ascending and apart.
    private(set) var functions: [Range<UInt64>] = []
    private(set) var names: [UInt64: String] = [:]
    let entry: UInt64

    /// `nil` when it is no x86-64 ELF file.
    init?(_ file: borrowing Descriptor, path: String, size: Int) throws(SystemError) {
        guard let elf = try ELFSections(of: file, size: size) else { return nil }
        self.path = path
        entry = elf.entry
        isFixed = try file.bytes(16, 2, size) == [2, 0]
        var loaded: [String: LoadedSection] = [:]
        var initialised: [LoadedSection] = []
        for section in elf.sections where section.type != 8 && section.size > 0 {
            let name = String(decoding: section.name, as: UTF8.self)
            guard section.isLoaded || name == ".symtab" || name == ".strtab" else { continue }
            let content = LoadedSection(section, try file.bytes(section.offset, section.size, size))
            loaded[name] = content
            if section.isCode { code.append(content) } else if name.hasPrefix(".init_array") { initialised.append(content) }
        }
        let addresses = elf.sections.filter(\.isLoaded).map(\.addresses)
        if let low = addresses.map(\.lowerBound).filter({ $0 > 0 }).min(), let high = addresses.map(\.upperBound).max() {
            extent = low..<high
        }
        interpreter = loaded[".interp"].map { Self.text($0.bytes, 0) }
        readDynamic(loaded)
        readSymbols(loaded)
        readRelocations(loaded)
        bound(loaded[".eh_frame"].map { FrameDescriptions($0.bytes, at: $0.addresses.lowerBound).ranges } ?? [])
    }

    private static func text(_ bytes: [UInt8], _ place: Int) -> String {
        guard place >= 0, place < bytes.count else { return "" }
        return String(decoding: bytes[place...].prefix { $0 != 0 }, as: UTF8.self)
    }

    private mutating func readDynamic(_ loaded: [String: LoadedSection]) {
        guard let table = loaded[".dynamic"]?.bytes, let strings = loaded[".dynstr"]?.bytes else { return }
        for place in stride(from: 0, to: table.count - 15, by: 16) {
            guard let value = Int(exactly: table.u64(place + 8)) else { continue }
            switch table.u64(place) {
            case 1: needed.append(Self.text(strings, value))
            case 15, 29: searchPaths += Self.text(strings, value).split(separator: ":").map(String.init)
            default: break
            }
        }
    }

    private mutating func readSymbols(_ loaded: [String: LoadedSection]) {
        for (table, strings, isDynamic) in [(".symtab", ".strtab", false), (".dynsym", ".dynstr", true)] {
            guard let symbols = loaded[table]?.bytes, let text = loaded[strings]?.bytes else { continue }
            for place in stride(from: 0, to: symbols.count - 23, by: 24) {
                let address = symbols.u64(place + 8)
                let kind = symbols[place + 4] & 15
                // Functions, and those chosen at start (IFUNC).
                guard address > 0, kind == 2 || kind == 10 else { continue }
                let name = Self.text(text, Int(symbols.u32(place)))
                if isDynamic { exports[name] = address }
                if names[address] == nil || isDynamic { names[address] = name }
                let size = symbols.u64(place + 16)
                if size > 0, address <= .max - size { functions.append(address..<address + size) }
            }
        }
    }

    private mutating func readRelocations(_ loaded: [String: LoadedSection]) {
        let symbols = loaded[".dynsym"]?.bytes ?? []
        let strings = loaded[".dynstr"]?.bytes ?? []
        for name in [".rela.plt", ".rela.dyn"] {
            guard let table = loaded[name]?.bytes else { continue }
            for place in stride(from: 0, to: table.count - 23, by: 24) {
                let information = table.u64(place + 8)
                let symbol = Int(information >> 32) * 24
                switch information & 0xffff_ffff {
                case 8, 37: pointers.insert(table.u64(place + 16))
                case 1, 6, 7:
                    guard symbol > 0, symbol + 24 <= symbols.count else { continue }
                    imports[table.u64(place)] = Self.text(strings, Int(symbols.u32(symbol)))
                default: break
                }
            }
        }
    }

    /// Makes ranges that do not overlap out of what symbols and unwind tables say; what lies between is a range too.
    private mutating func bound(_ described: [Range<UInt64>]) {
        var starts = Set((functions + described).map(\.lowerBound))
        for section in code { starts.insert(section.addresses.lowerBound) }
        let ascending = starts.sorted()
        functions = []
        for section in code {
            var inside = ascending.filter { section.addresses.contains($0) }
            inside.append(section.addresses.upperBound)
            for (start, end) in zip(inside, inside.dropFirst()) where start < end { functions.append(start..<end) }
        }
        functions.sort { $0.lowerBound < $1.lowerBound }
    }
}
