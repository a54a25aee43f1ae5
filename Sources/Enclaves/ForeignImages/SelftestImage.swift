import EnclaveLayout
import SGX

/// An enclave of the Linux kernel's SGX selftest (tools/testing/selftests/sgx, Linux 6.1), laid out as its loader does.
///
/// The first PT_LOAD holds the TCS pages, the others are regular pages with their rights; a page's offset is its segment's place in the
/// file, counted from the first segment's. Behind them comes a heap, read and write, not measured, whose size is the loader's choice.
/// ELRANGE is the next power of two; the SECS is always MODE64BIT, XFRM 3, one page a frame.
package struct SelftestImage {
    package static let defaultHeap: UInt64 = 4096
    private static let readWrite: UInt32 = 6

    private let elf: ELFFile
    private let heap: UInt64
    private let limits: ImageLimits

    init(_ bytes: [UInt8], heap: UInt64, _ limits: ImageLimits) throws(ForeignImageError) {
        elf = try ELFFile(bytes)
        self.heap = heap
        self.limits = limits
    }

    /// An ELF file whose first segment is whole pages, each of them a TCS, for reading and writing.
    static func recognises(_ elf: ELFFile) -> Bool {
        guard let first = elf.loadable.first, first.flags == readWrite, first.fileSize > 0, first.fileSize % 4096 == 0 else {
            return false
        }
        guard !elf.segments.contains(where: { $0.type == ELFFile.Segment.interpreter }) else { return false }
        let offset = first.offset & ~4095
        guard let page = try? elf.file.record(offset, 4096, "the TCS"), let tcs = try? TCS(parsing: page.array) else {
            return false
        }
        return tcs.nssa > 0 && tcs.cssa == 0
    }

    func image() throws(ForeignImageError) -> ForeignImage {
        let segments = elf.loadable
        guard let first = segments.first else { throw .damaged(what: "the ELF file", why: "it has no segment to load") }
        guard heap % 4096 == 0 else { throw .damaged(what: "the heap", why: "\(heap) bytes are not whole pages") }
        let start = first.offset & ~4095
        let end = try Self.end(of: segments, from: start)
        var size: UInt64 = 4096
        let (need, overflow) = end.addingReportingOverflow(heap)
        guard !overflow, need <= limits.addressSpace else {
            throw .tooMuch(what: "bytes of address space", asked: overflow ? .max : need, most: limits.addressSpace)
        }
        while size < need { size <<= 1 }
        var plan = try PagePlan(size: size, limits)
        for (number, segment) in segments.enumerated() { try add(segment, number, from: start, to: &plan) }
        if heap > 0 {
            let secinfo = SECINFO(.regular, [.read, .write])
            try plan.reserve("the heap", offset: end, pages: heap / 4096, secinfo, measured: false)
            plan.append(PageRun(offset: end, zeroPages: Int(heap / 4096), secinfo, measured: false))
        }
        try plan.requireDistinctPages()
        let secs = SECS(
            size: size, baseAddress: 0, ssaFrameSize: 1, attributes: Attributes(flags: .mode64Bit, xfrm: .legacy))
        return ForeignImage(.selftest, secs: secs, runs: plan.runs)
    }

    private func add(
        _ segment: ELFFile.Segment, _ number: Int, from start: UInt64, to plan: inout PagePlan
    ) throws(ForeignImageError) {
        let what = "segment \(number)"
        guard segment.flags & ~7 == 0 else { throw .damaged(what: what, why: "it has unknown flags") }
        let place = segment.offset & ~4095
        guard place >= start else { throw .damaged(what: what, why: "it lies before the first segment in the file") }
        let pages = try Self.pages(segment)
        let secinfo = number == 0 ? SECINFO.tcs : SECINFO(.regular, Self.rights(segment.flags))
        try plan.reserve(
            what, offset: place - start, pages: pages, secinfo, measured: true, contentBytes: pages * 4096)
        // The loader maps the file: what lies behind its end on the last page is zero, pages beyond that do not exist.
        let have = min(pages * 4096, UInt64(elf.file.count) - min(place, UInt64(elf.file.count)))
        guard have > (pages - 1) * 4096 else {
            throw .truncated(what: what, need: place + pages * 4096, have: UInt64(elf.file.count))
        }
        var bytes = try elf.file.record(place, have, what).array
        bytes.append(contentsOf: [UInt8](repeating: 0, count: Int(pages * 4096 - have)))
        plan.append(PageRun(offset: place - start, bytes: bytes, secinfo))
    }

    /// The selftest puts its heap behind the last segment of the table, not behind the highest.
    private static func end(of segments: [ELFFile.Segment], from start: UInt64) throws(ForeignImageError) -> UInt64 {
        guard let last = segments.last, last.offset & ~4095 >= start else {
            throw .damaged(what: "the last segment", why: "it lies before the first segment in the file")
        }
        let (end, overflow) = (last.offset & ~4095 - start).addingReportingOverflow(try pages(last) * 4096)
        guard !overflow else { throw .damaged(what: "the last segment", why: "it ends beyond all addresses") }
        return end
    }

    private static func pages(_ segment: ELFFile.Segment) throws(ForeignImageError) -> UInt64 {
        guard segment.fileSize > 0 else {
            throw .damaged(what: "a segment", why: "it has no bytes in the file, so no page could be added")
        }
        guard segment.fileSize <= 1 << 46 else {
            throw .tooMuch(what: "bytes of a segment", asked: segment.fileSize, most: 1 << 46)
        }
        return (segment.fileSize + 4095) / 4096
    }

    private static func rights(_ flags: UInt32) -> SECINFO.Flags {
        var rights: SECINFO.Flags = []
        if flags & 4 != 0 { rights.insert(.read) }
        if flags & 2 != 0 { rights.insert(.write) }
        if flags & 1 != 0 { rights.insert(.execute) }
        return rights
    }
}
