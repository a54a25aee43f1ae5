import EnclaveLayout
import SGX

/// A PT_LOAD of a library as Intel's loader adds it: whole pages, the file's bytes first, zeros behind them, all measured.
struct SDKSegment {
    private static let longest: UInt64 = 1 << 46

    let address: UInt64
    private let header: ELFFile.Segment
    private let rights: SECINFO.Flags
    private let what: String

    init(_ header: ELFFile.Segment, _ number: Int) throws(ForeignImageError) {
        what = "segment \(number)"
        guard header.fileSize <= header.memorySize else {
            throw .damaged(what: what, why: "it is larger in the file than in memory")
        }
        guard header.address <= Self.longest, header.memorySize <= Self.longest else {
            throw .damaged(what: what, why: "it reaches beyond \(Self.longest) bytes")
        }
        var rights: SECINFO.Flags = []
        if header.flags & 4 != 0 { rights.insert(.read) }
        if header.flags & 2 != 0 { rights.insert(.write) }
        if header.flags & 1 != 0 { rights.insert(.execute) }
        guard !rights.isEmpty else { throw .damaged(what: what, why: "it has no rights") }
        self.header = header
        self.rights = rights
        address = header.address
    }

    /// Of the last page.
    var end: UInt64 { Self.roundUp(address + header.memorySize) }

    /// Its size rounded up by itself, added to an address in the middle of a page, ends a page later.
    var roundsToMore: Bool { end < Self.roundUp(Self.roundUp(header.memorySize) + address) }

    /// `written`: pages that relocations change, which are added with the right to write.
    func addRuns(
        from file: ByteRecord, written: Set<UInt64>, at imageOffset: UInt64, to plan: inout PagePlan
    ) throws(ForeignImageError) {
        let start = address & ~4095
        let leading = address - start
        let filled = header.fileSize == 0 ? 0 : (leading + header.fileSize + 4095) / 4096
        let bytes = try file.record(header.offset, header.fileSize, what)
        try plan.reserve(
            what, offset: imageOffset + start, pages: filled, SECINFO(.regular, rights), measured: true,
            contentBytes: filled * 4096)
        var first: UInt64 = 0
        while first < filled {
            let isWritten = written.contains(start / 4096 + first)
            var end = first + 1
            while end < filled, written.contains(start / 4096 + end) == isWritten { end += 1 }
            let secinfo = SECINFO(.regular, isWritten ? rights.union(.write) : rights)
            plan.append(
                PageRun(
                    offset: imageOffset + start + first * 4096, bytes: Self.pages(first..<end, leading, bytes), secinfo))
            first = end
        }
        try addZeros(start + filled * 4096, pages: (end - start) / 4096 - filled, at: imageOffset, to: &plan)
    }

    func addZeros(
        _ address: UInt64, pages: UInt64, at imageOffset: UInt64, to plan: inout PagePlan
    ) throws(ForeignImageError) {
        guard pages > 0 else { return }
        let secinfo = SECINFO(.regular, rights)
        try plan.reserve(what, offset: imageOffset + address, pages: pages, secinfo, measured: true)
        plan.append(PageRun(offset: imageOffset + address, zeroPages: Int(pages), secinfo, measured: true))
    }

    /// Pages of the segment, `leading` bytes of the first being before its bytes.
    private static func pages(_ numbers: Range<UInt64>, _ leading: UInt64, _ bytes: ByteRecord) -> [UInt8] {
        let from = numbers.lowerBound * 4096
        let size = Int(numbers.upperBound * 4096 - from)
        var pages: [UInt8] = []
        pages.reserveCapacity(size)
        if from < leading { pages.append(contentsOf: [UInt8](repeating: 0, count: Int(leading))) }
        let start = Int(from < leading ? 0 : from - leading)
        let count = min(size - pages.count, bytes.count - start)
        pages.append(contentsOf: bytes.inside(start..<start + count).slice)
        pages.append(contentsOf: [UInt8](repeating: 0, count: size - pages.count))
        return pages
    }

    private static func roundUp(_ value: UInt64) -> UInt64 { (value + 4095) & ~4095 }
}
