import EnclaveLayout
import SGX

/// Collects runs of pages within ELRANGE and within what a file may ask for.
struct PagePlan {
    let size: UInt64
    let limits: ImageLimits
    private(set) var runs: [PageRun] = []
    private var pages: UInt64 = 0
    private var measuredPages: UInt64 = 0
    private var contentBytes: UInt64 = 0

    /// `size`: bytes of ELRANGE, a power of two.
    init(size: UInt64, _ limits: ImageLimits) throws(ForeignImageError) {
        guard size.nonzeroBitCount == 1, size >= 4096 else {
            throw .damaged(what: "the enclave's size", why: "\(size) is not a power of two of at least one page")
        }
        guard size <= limits.addressSpace else {
            throw .tooMuch(what: "bytes of address space", asked: size, most: limits.addressSpace)
        }
        self.size = size
        self.limits = limits
    }

    /// Checks place, count and type before anything for the pages is allocated.
    mutating func reserve(
        _ what: String, offset: UInt64, pages count: UInt64, _ secinfo: SECINFO, measured: Bool, contentBytes held: UInt64 = 0
    ) throws(ForeignImageError) {
        guard offset % 4096 == 0 else { throw .damaged(what: what, why: "offset \(Self.hex(offset)) is not that of a page") }
        guard offset < size, count <= (size - offset) / 4096 else {
            throw .damaged(
                what: what, why: "\(count) pages at offset \(Self.hex(offset)) do not lie in the enclave of \(size) bytes")
        }
        let rights = secinfo.flags.intersection(.rights)
        switch secinfo.pageType {
        case .regular where rights.union(SECINFO(.regular).flags) == secinfo.flags: break
        case .tcs where secinfo == .tcs: break
        default: throw .damaged(what: what, why: "no page can be added with the flags \(Self.hex(secinfo.flags.rawValue))")
        }
        try Self.count(&pages, count, most: limits.pages, "pages")
        if measured { try Self.count(&measuredPages, count, most: limits.measuredPages, "measured pages") }
        try Self.count(&contentBytes, held, most: limits.contentBytes, "bytes of contents")
        guard runs.count < limits.runs else {
            throw .tooMuch(what: "runs of pages", asked: UInt64(runs.count) + 1, most: limits.runs)
        }
    }

    /// A run that was reserved.
    mutating func append(_ run: PageRun) { runs.append(run) }

    /// EADD refuses a page that is there already.
    func requireDistinctPages() throws(ForeignImageError) {
        var end: UInt64 = 0
        for run in runs.sorted(by: { $0.offset < $1.offset }) {
            guard run.offset >= end else {
                throw .damaged(what: "the page at offset \(Self.hex(run.offset))", why: "it is added twice")
            }
            end = run.offset + run.length
        }
    }

    static func hex(_ value: UInt64) -> String { "0x\(String(value, radix: 16))" }

    private static func count(
        _ total: inout UInt64, _ more: UInt64, most: UInt64, _ what: String
    ) throws(ForeignImageError) {
        guard more <= most, total <= most - more else { throw .tooMuch(what: what, asked: total.addingSaturated(more), most: most) }
        total += more
    }
}

extension UInt64 {
    fileprivate func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
