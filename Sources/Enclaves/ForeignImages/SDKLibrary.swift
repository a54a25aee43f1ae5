import EnclaveLayout
import SGX

/// A shared object signed with Intel's SDK: its segments as they are in memory, then the layout of its metadata.
///
/// The metadata lies in the section `.note.sgxmeta`: name length u32 = 13, description length u32, type u32, "sgx_metadata\0" without
/// padding, blocks. Order of pages: every PT_LOAD in the order of the program headers, all measured, then the layout table.
struct SDKLibrary {
    static let sectionName: StaticString = ".note.sgxmeta"
    private static let noteName = Array("sgx_metadata\0".utf8)
    /// Until then the loader added one more page where a segment's size, rounded up by itself, reaches a page further.
    private static let additionalPageVersion = SDKMetadata.Version(major: 1, minor: 3)

    private let elf: ELFFile
    private let metadata: SDKMetadata
    private let range: SDKAddressRange
    private let limits: ImageLimits

    init(_ bytes: [UInt8], _ limits: ImageLimits) throws(ForeignImageError) {
        elf = try ELFFile(bytes)
        metadata = try SDKMetadata.newest(in: Self.note(in: elf))
        range = try SDKAddressRange(metadata)
        self.limits = limits
    }

    func image() throws(ForeignImageError) -> ForeignImage {
        guard elf.header.type == 3 else { throw .damaged(what: "the library", why: "it is no shared object (ET_DYN)") }
        let size = metadata.enclaveSize
        guard size.nonzeroBitCount == 1, size >= 4096 else {
            throw .damaged(what: "the metadata", why: "the enclave's size \(size) is not a power of two")
        }
        var plan = try PagePlan(size: range.size, limits)
        try addSegments(to: &plan)
        try SDKLayout(metadata, range).addRuns(to: &plan)
        try plan.requireDistinctPages()
        let secs = SECS(
            size: range.size, baseAddress: range.start, ssaFrameSize: metadata.ssaFrameSize, miscSelect: metadata.miscSelect,
            attributes: metadata.attributes)
        return ForeignImage(
            .sdkLibrary, secs: secs, baseIsFixed: metadata.version.hasAddressRange, runs: plan.runs,
            signature: metadata.signature, version: metadata.version.text)
    }

    private static func note(in elf: ELFFile) throws(ForeignImageError) -> ByteRecord {
        guard let section = try elf.section(named: sectionName) else {
            throw .damaged(what: "the library", why: "it has no section \(sectionName)")
        }
        let note = try elf.file.record(section.offset, section.size, "the section \(sectionName)")
        let header = try note.record(0, 12, "the note's header")
        let name = try note.record(12, UInt64(noteName.count), "the note's name")
        guard header.u32(0) == noteName.count, name.slice.elementsEqual(noteName) else {
            throw .damaged(what: "the section \(sectionName)", why: "its note is not named sgx_metadata")
        }
        return try note.record(12 + UInt64(noteName.count), UInt64(header.u32(4)), "the metadata")
    }

    private func addSegments(to plan: inout PagePlan) throws(ForeignImageError) {
        let segments = elf.loadable
        // What is read for the headers is read before the patches blank them.
        let written = try SDKRelocations.writtenPages(of: elf)
        let file = ByteRecord(try patched())
        var highest: SDKSegment?
        for (number, header) in segments.enumerated() {
            let segment = try SDKSegment(header, number)
            if let highest { try addAdditionalPage(behind: highest, before: segment, to: &plan) }
            try segment.addRuns(from: file, written: written, at: range.imageOffset, to: &plan)
            if segment.address > (highest?.address ?? 0) { highest = segment }
        }
        if let highest { try addAdditionalPage(behind: highest, before: nil, to: &plan) }
    }

    private func addAdditionalPage(
        behind segment: SDKSegment, before next: SDKSegment?, to plan: inout PagePlan
    ) throws(ForeignImageError) {
        guard metadata.version == Self.additionalPageVersion, segment.roundsToMore else { return }
        if let next { guard segment.end < next.address & ~4095 else { return } }
        try segment.addZeros(segment.end, pages: 1, at: range.imageOffset, to: &plan)
    }

    /// The file with the metadata's patches: what the signing tool filled in, and header fields it zeroed.
    private func patched() throws(ForeignImageError) -> [UInt8] {
        var file = elf.file.array
        for number in 0..<metadata.patches.count / SDKMetadata.entrySize {
            let entry = metadata.patches.inside(number * SDKMetadata.entrySize..<(number + 1) * SDKMetadata.entrySize)
            let what = "patch \(number)"
            let target = try elf.file.record(entry.u64(0), UInt64(entry.u32(12)), what)
            let source = try metadata.data(entry.u32(8), entry.u32(12), what)
            file.replaceSubrange(target.range, with: source.slice)
        }
        return file
    }
}
