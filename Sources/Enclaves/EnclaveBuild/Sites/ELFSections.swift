/// The sections of an x86-64 ELF file that matter for finding its instructions; `nil` for every other file.
struct ELFSections {
    struct Section {
        var name: [UInt8] = []
        var type: UInt32
        var flags: UInt64
        var address: UInt64
        var offset: Int
        var size: Int
        var nameOffset: Int

        var isLoaded: Bool { flags & 2 != 0 && type != 8 }
        var isCode: Bool { isLoaded && flags & 4 != 0 && type == 1 }
        var addresses: Range<UInt64> { address..<address + UInt64(size) }
    }

    let entry: UInt64
    private(set) var sections: [Section] = []

    init?(of file: borrowing Descriptor, size: Int) throws(SystemError) {
        let header = try file.bytes(0, 64, size)
        guard header.count == 64, header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { return nil }
        guard header.u16(18) == 62, header.u16(16) == 2 || header.u16(16) == 3, header.u16(58) == 64 else { return nil }
        entry = header.u64(24)
        guard let start = Int(exactly: header.u64(40)), start > 0 else { return nil }
        let table = try file.bytes(start, Int(header.u16(60)) * 64, size)
        for place in stride(from: 0, to: table.count - table.count % 64, by: 64) {
            if let section = Self.section(table, place, fileSize: size) { sections.append(section) }
        }
        let names = Int(header.u16(62)) * 64
        guard names + 64 <= table.count, let strings = Self.section(table, names, fileSize: size) else { return }
        let text = try file.bytes(strings.offset, strings.size, size)
        for index in sections.indices where sections[index].nameOffset < text.count {
            sections[index].name = Array(text[sections[index].nameOffset...].prefix { $0 != 0 })
        }
    }

    /// A section that lies, with all its bytes, inside the file and inside the address space.
    private static func section(_ table: [UInt8], _ place: Int, fileSize: Int) -> Section? {
        guard let offset = Int(exactly: table.u64(place + 24)), let size = Int(exactly: table.u64(place + 32)) else { return nil }
        let address = table.u64(place + 16)
        guard offset <= fileSize, size <= fileSize - offset, address <= .max - UInt64(size) else { return nil }
        return Section(
            type: table.u32(place + 4), flags: table.u64(place + 8), address: address, offset: offset, size: size,
            nameOffset: Int(table.u32(place)))
    }
}

extension Descriptor {
    /// Bytes `offset ..< offset + count` of a file of `size` bytes; empty when they are not all in it.
    func bytes(_ offset: Int, _ count: Int, _ size: Int) throws(SystemError) -> [UInt8] {
        guard offset >= 0, count > 0, offset <= size, count <= size - offset else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        let done: Int
        do {
            done = try bytes.withUnsafeMutableBytes { try self.read(into: $0, at: offset) }
        } catch let error as SystemError { throw error } catch { throw SystemError(5) }
        return done == count ? bytes : []
    }
}

extension [UInt8] {
    /// Little-endian integers; the caller has checked that they lie inside.
    func u16(_ at: Int) -> UInt16 { UInt16(self[at]) | UInt16(self[at + 1]) << 8 }
    func u32(_ at: Int) -> UInt32 { UInt32(u16(at)) | UInt32(u16(at + 2)) << 16 }
    func u64(_ at: Int) -> UInt64 { UInt64(u32(at)) | UInt64(u32(at + 4)) << 32 }
}
