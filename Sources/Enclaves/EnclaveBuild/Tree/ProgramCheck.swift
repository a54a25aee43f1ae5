import Glibc

/// Whether the entrypoint is a program that can be loaded: a script, or an x86-64 ELF all of whose segments are there.
enum ProgramCheck {
    /// - Returns: what is wrong with it, or `nil`.
    static func fault(of file: borrowing Descriptor, size: Int) throws(SystemError) -> String? {
        let header = try file.bytes(0, min(size, 64), size)
        if header.starts(with: [0x23, 0x21]) { return nil }
        guard header.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return "it is neither an ELF file nor a script" }
        guard header.count == 64 else { return "its ELF header is cut off" }
        guard header[4] == 2, header.u16(18) == 62 else { return "it is an ELF file for another machine than x86-64" }
        guard let start = Int(exactly: header.u64(32)), header.u16(54) == 56 else { return "its ELF header is damaged" }
        let table = try file.bytes(start, Int(header.u16(56)) * 56, size)
        guard !table.isEmpty else { return "its program headers are cut off" }
        for place in stride(from: 0, to: table.count, by: 56) where table.u32(place) == 1 {
            let (end, overflow) = table.u64(place + 8).addingReportingOverflow(table.u64(place + 32))
            guard !overflow, end <= UInt64(size) else { return "it is cut off: a segment ends at \(end), the file at \(size)" }
        }
        return nil
    }
}
