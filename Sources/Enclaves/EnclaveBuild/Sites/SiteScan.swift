import Wire

/// Finds the places of a file where the LibOS may put a jump in place of a system call or CPUID (blueprint: rewriting).
struct SiteScan: Sendable {
    private(set) var sites: [IndexSite] = []
    /// Instructions that were found and cannot be rewritten: they stay and trap.
    private(set) var trapped = 0

    /// No file is refused: what is not a whole x86-64 ELF has no sites.
    init(of file: borrowing Descriptor, size: Int) throws(SystemError) {
        guard size > 64, let elf = try ELFSections(of: file, size: size) else { return }
        var code: [LoadedSection] = []
        for section in elf.sections where section.isCode && section.size > 0 {
            code.append(LoadedSection(section, try file.bytes(section.offset, section.size, size)))
        }
        guard code.contains(where: { $0.mayHoldSites }) else { return }
        var data: [LoadedSection] = []
        var functions = FrameDescriptions([], at: 0)
        for section in elf.sections where section.isLoaded && !section.isCode {
            let loaded = LoadedSection(section, try file.bytes(section.offset, section.size, size))
            data.append(loaded)
            if section.name.elementsEqual(".eh_frame".utf8) {
                functions = FrameDescriptions(loaded.bytes, at: section.address)
            }
        }
        guard var sweep = CodeSweep(code: code, data: data, functions: functions, entry: elf.entry) else { return }
        sites = sweep.sites()
        trapped = sweep.found - sites.count
    }
}

/// A section with its bytes.
struct LoadedSection {
    let addresses: Range<UInt64>
    let fileOffset: Int
    let bytes: [UInt8]

    init(_ section: ELFSections.Section, _ bytes: [UInt8]) {
        addresses = section.addresses
        fileOffset = section.offset
        self.bytes = bytes
    }

    /// Whether `0f 05` or `0f a2` stands anywhere, instruction or not.
    var mayHoldSites: Bool { Self.mayHoldSites(bytes[...]) }

    static func mayHoldSites(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            guard bytes.count >= 2 else { return false }
            for place in 1..<bytes.count where bytes[place] == 0x05 || bytes[place] == 0xa2 {
                if bytes[place - 1] == 0x0f { return true }
            }
            return false
        }
    }
}
