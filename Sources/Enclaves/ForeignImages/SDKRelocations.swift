/// Pages that the library's own start code relocates although their segment is not writable (DT_TEXTREL).
enum SDKRelocations {
    private static let textRelocations: UInt64 = 22
    /// Tags of address and size: DT_RELA with DT_RELASZ, DT_JMPREL with DT_PLTRELSZ.
    private static let tables: [(address: UInt64, size: UInt64, what: String)] = [
        (7, 8, "the relocation table"), (23, 2, "the relocation table of the PLT"),
    ]
    private static let entrySize = 24

    /// Page numbers; none without DT_TEXTREL.
    static func writtenPages(of elf: ELFFile) throws(ForeignImageError) -> Set<UInt64> {
        let dynamic = try elf.dynamicTable()
        guard dynamic[textRelocations] != nil else { return [] }
        var pages: Set<UInt64> = []
        for table in tables {
            guard let address = dynamic[table.address], let size = dynamic[table.size], size > 0 else { continue }
            guard size % UInt64(entrySize) == 0 else {
                throw .damaged(what: table.what, why: "\(size) bytes are not whole entries")
            }
            let bytes = try elf.bytes(at: address, size, table.what)
            for number in 0..<bytes.count / entrySize {
                let entry = bytes.inside(number * entrySize..<(number + 1) * entrySize)
                // R_X86_64_NONE
                guard entry.u32(8) != 0 else { continue }
                let target = entry.u64(0)
                pages.insert(target / 4096)
                if target % 4096 > 4096 - 8 { pages.insert(target / 4096 + 1) }
            }
        }
        return pages
    }
}
