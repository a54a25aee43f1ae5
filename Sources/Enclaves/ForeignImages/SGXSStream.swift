import EnclaveCrypto
import EnclaveLayout
import SGX

/// A raw SGXS stream: the records that MRENCLAVE is the hash of, one after the other.
///
/// Wire: 64-byte records, as SDM 36.3 defines them: `ECREATE`, `EADD`, `EEXTEND` with its 256 bytes behind it; `UNMEASRD`, with the form of
/// EEXTEND, carries contents that are loaded and not hashed. A page's chunks may come in any order and some may be missing, which leaves
/// them zero. Attributes are not in the stream.
struct SGXSStream {
    private static let chunk: UInt64 = 256

    /// The tags as the little-endian words they are read as.
    private enum Tag: UInt64 {
        case ecreate = 0x0045_5441_4552_4345
        case eadd = 0x0000_0000_4444_4145
        case eextend = 0x0044_4e45_5458_4545
        /// "UNMEASRD", all eight letters.
        case unmeasured = 0x4452_5341_454d_4e55
    }

    private let file: ByteRecord
    private let limits: ImageLimits
    private let ssaFrameSize: UInt32
    private var plan: PagePlan
    private var pages: [SGXSPage] = []
    /// Number in `pages` by offset.
    private var places: [UInt64: Int] = [:]
    private var hash = SHA256()
    /// Where the records begin that are not hashed yet: they are hashed in one piece.
    private var unhashed: UInt64 = 0
    /// Contents held so far.
    private var heldPages: UInt64 = 0

    static func recognises(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "ECREATE\0".utf8) }

    init(_ bytes: [UInt8], _ limits: ImageLimits) throws(ForeignImageError) {
        file = ByteRecord(bytes)
        self.limits = limits
        let first = try file.record(0, 64, "the ECREATE record")
        guard first.inside(20..<64).isZero else {
            throw .damaged(what: "the ECREATE record", why: "its reserved bytes are not zero")
        }
        ssaFrameSize = first.u32(8)
        // The size begins in the middle of a word.
        plan = try PagePlan(size: first.inside(12..<20).u64(0), limits)
        guard ssaFrameSize > 0 else { throw .damaged(what: "the ECREATE record", why: "SSA frames have no pages") }
        var place: UInt64 = 64
        while place < UInt64(file.count) { place += try take(at: place) }
        hashRecords(until: place)
    }

    func image() -> ForeignImage {
        var plan = plan
        SGXSPage.addRuns(of: pages, to: &plan)
        var hash = hash
        let secs = SECS(
            size: plan.size, baseAddress: 0, ssaFrameSize: ssaFrameSize,
            attributes: Attributes(flags: .mode64Bit, xfrm: .legacy))
        return ForeignImage(
            .sgxs, secs: secs, runs: plan.runs, obstacle: pages.lazy.compactMap(\.obstacle).first,
            takesAttributesFromSignature: true, streamDigest: hash.finalize())
    }

    /// One record; how many bytes it had.
    private mutating func take(at place: UInt64) throws(ForeignImageError) -> UInt64 {
        let record = try file.record(place, 64, "the record at byte \(place)")
        switch Tag(rawValue: record.u64(0)) {
        case .eadd:
            try add(record, place)
            return 64
        case .eextend:
            try fill(try file.record(place, 64 + Self.chunk, "the EEXTEND at byte \(place)"), place, measured: true)
            return 64 + Self.chunk
        case .unmeasured:
            try fill(try file.record(place, 64 + Self.chunk, "the UNMEASRD at byte \(place)"), place, measured: false)
            hashRecords(until: place)
            unhashed = place + 64 + Self.chunk
            return 64 + Self.chunk
        case .ecreate: throw .damaged(what: "the record at byte \(place)", why: "it is a second ECREATE")
        case nil: throw .damaged(what: "the record at byte \(place)", why: "its tag is none of ECREATE, EADD, EEXTEND, UNMEASRD")
        }
    }

    private mutating func hashRecords(until end: UInt64) {
        file.inside(Int(unhashed)..<Int(end)).add(to: &hash)
        unhashed = end
    }

    private mutating func add(_ record: ByteRecord, _ place: UInt64) throws(ForeignImageError) {
        let what = "the EADD at byte \(place)"
        guard record.inside(24..<64).isZero else { throw .damaged(what: what, why: "reserved bytes of its SECINFO are not zero") }
        let page = SGXSPage(offset: record.u64(8), secinfo: SECINFO(SECINFO.Flags(rawValue: record.u64(16))))
        guard places[page.offset] == nil else { throw .damaged(what: what, why: "the page is there already") }
        try plan.reserve(what, offset: page.offset, pages: 1, page.secinfo, measured: false)
        places[page.offset] = pages.count
        pages.append(page)
    }

    private mutating func fill(_ record: ByteRecord, _ place: UInt64, measured: Bool) throws(ForeignImageError) {
        // Made for errors only: a stream has sixteen chunks a page.
        func what() -> String { "the chunk at byte \(place)" }
        guard record.inside(16..<64).isZero else { throw .damaged(what: what(), why: "its reserved bytes are not zero") }
        let offset = record.u64(8)
        guard offset % Self.chunk == 0 else {
            throw .damaged(what: what(), why: "offset \(PagePlan.hex(offset)) is not that of a chunk")
        }
        guard let number = places[offset & ~4095] else { throw .damaged(what: what(), why: "its page was not added before") }
        if pages[number].contents.isEmpty {
            heldPages += 1
            guard heldPages * 4096 <= limits.contentBytes else {
                throw .tooMuch(what: "bytes of contents", asked: heldPages * 4096, most: limits.contentBytes)
            }
        }
        let isLatest = number == pages.count - 1
        try pages[number].fill(
            Int(offset % 4096 / Self.chunk), record.inside(64..<320), measured: measured, isLatest: isLatest, what())
    }
}
