import EnclaveLayout
import SGX

/// One page of a stream while its chunks come in.
struct SGXSPage {
    let offset: UInt64
    let secinfo: SECINFO
    /// Empty until the first chunk.
    private(set) var contents: [UInt8] = []
    /// A bit for each chunk that was given.
    private var given: UInt16 = 0
    private var measured: UInt16 = 0
    /// The chunks were measured in another order than the driver's: ascending, before the next page is added.
    private var isOutOfOrder = false

    init(offset: UInt64, secinfo: SECINFO) {
        self.offset = offset
        self.secinfo = secinfo
    }

    /// Takes the 256 bytes of chunk `number`; a chunk that is measured again must hold the same bytes.
    mutating func fill(
        _ number: Int, _ bytes: ByteRecord, measured isMeasured: Bool, isLatest: Bool, _ what: @autoclosure () -> String
    ) throws(ForeignImageError) {
        let bit: UInt16 = 1 << UInt16(number)
        let place = number * 256..<(number + 1) * 256
        if contents.isEmpty { contents = [UInt8](repeating: 0, count: 4096) }
        if given & bit != 0 {
            guard contents[place].elementsEqual(bytes.slice) else {
                throw .damaged(what: what(), why: "it differs from what the same chunk held before")
            }
        }
        if isMeasured {
            if !isLatest || measured >= bit { isOutOfOrder = true }
            measured |= bit
        }
        given |= bit
        bytes.copy(to: &contents, at: place.lowerBound)
    }

    var isMeasured: Bool { measured == .max }

    /// Why the driver, which measures whole pages while it adds them or not at all, cannot make this page.
    var obstacle: String? {
        if measured != 0, !isMeasured { return "only some chunks of the page at offset \(PagePlan.hex(offset)) are measured" }
        return isOutOfOrder
            ? "the chunks of the page at offset \(PagePlan.hex(offset)) are not measured in ascending order as it is added" : nil
    }

    /// Adjacent pages of one kind become one run.
    static func addRuns(of pages: [SGXSPage], to plan: inout PagePlan) {
        var first = 0
        while first < pages.count {
            var end = first + 1
            while end < pages.count, pages[end].continues(pages[end - 1]) { end += 1 }
            plan.append(pages[first].run(with: pages[first..<end]))
            first = end
        }
    }

    private func continues(_ previous: SGXSPage) -> Bool {
        previous.offset + 4096 == offset && previous.secinfo == secinfo && previous.isMeasured == isMeasured
            && previous.contents.isEmpty == contents.isEmpty
    }

    private func run(with pages: ArraySlice<SGXSPage>) -> PageRun {
        // The processor reads a TCS, so it always has contents.
        guard !contents.isEmpty || secinfo.pageType == .tcs else {
            return PageRun(offset: offset, zeroPages: pages.count, secinfo, measured: false)
        }
        guard !contents.isEmpty else {
            let zero = [UInt8](repeating: 0, count: 4096)
            return PageRun(offset: offset, repeating: zero, pages: pages.count, secinfo, measured: false)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(pages.count * 4096)
        for page in pages { bytes += page.contents }
        var run = PageRun(offset: offset, bytes: bytes, secinfo)
        run.measured = isMeasured
        return run
    }
}
