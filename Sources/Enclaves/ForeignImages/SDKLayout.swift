import EnclaveLayout
import SGX

/// The layout table of Intel's metadata: heap, stacks, thread control structures and what belongs to them.
///
/// Wire: entries of 32 bytes: id u16, attributes u16 (EADD 1, EEXTEND 2), pages u32, address u64, content size u32, content offset u32,
/// SECINFO flags u64. An id with bit 12 is a group instead: entries u16 at 2, times u32 at 4, step u64 at 8: as many entries before it are
/// added again so many times, each time one step higher. Flags 0 are guard pages: nothing is added.
struct SDKLayout {
    private static let groupBit: UInt16 = 1 << 12
    private static let add: UInt16 = 1
    private static let extend: UInt16 = 2

    private struct Entry {
        var number: Int
        var isMeasured: Bool
        var isAdded: Bool
        var pages: UInt64
        var address: UInt64
        var secinfo: SECINFO
        var contents: Contents
        /// The contents' whole pages, which all repetitions share; nil until a plan has counted them.
        var copy: [UInt8]?
    }

    private enum Contents {
        case zeros
        /// One page for all pages.
        case pattern([UInt8])
        /// From the first page on; zeros behind them.
        case bytes(ByteRecord)
        case tcs([UInt8])
    }

    private let metadata: SDKMetadata
    private let range: SDKAddressRange

    init(_ metadata: SDKMetadata, _ range: SDKAddressRange) {
        self.metadata = metadata
        self.range = range
    }

    func addRuns(to plan: inout PagePlan) throws(ForeignImageError) {
        // Nil for a group, which no group may repeat.
        var entries: [Entry?] = []
        for number in 0..<metadata.layout.count / SDKMetadata.entrySize {
            let fields = metadata.layout.inside(number * SDKMetadata.entrySize..<(number + 1) * SDKMetadata.entrySize)
            guard fields.u16(0) & Self.groupBit == 0 else {
                try repeatEntries(fields, number, entries, &plan)
                entries.append(nil)
                continue
            }
            var entry = try entry(fields, number)
            try add(&entry, step: 0, to: &plan)
            entries.append(entry)
        }
    }

    private func repeatEntries(
        _ group: ByteRecord, _ number: Int, _ entries: [Entry?], _ plan: inout PagePlan
    ) throws(ForeignImageError) {
        let what = "group \(number) of the layout"
        let (count, times, step) = (Int(group.u16(2)), UInt64(group.u32(4)), group.u64(8))
        guard count <= entries.count else {
            throw .damaged(what: what, why: "it repeats \(count) entries, \(entries.count) stand before it")
        }
        var repeated = entries.suffix(count).compactMap { $0 }
        guard repeated.count == count else { throw .damaged(what: what, why: "it repeats another group") }
        // Guard pages make no run, so the plan's own limit would not stop them.
        let (total, overflow) = times.multipliedReportingOverflow(by: UInt64(count))
        guard !overflow, total <= plan.limits.runs else {
            throw .tooMuch(what: "repeated entries of the layout", asked: overflow ? .max : total, most: plan.limits.runs)
        }
        var sum: UInt64 = 0
        for _ in 0..<(count == 0 ? 0 : times) {
            let (next, overflow) = sum.addingReportingOverflow(step)
            guard !overflow, next <= metadata.enclaveSize else {
                throw .damaged(what: what, why: "its steps lead out of the enclave")
            }
            sum = next
            for index in repeated.indices { try add(&repeated[index], step: sum, to: &plan) }
        }
    }

    private func entry(_ fields: ByteRecord, _ number: Int) throws(ForeignImageError) -> Entry {
        let flags = fields.u64(24)
        let attributes = fields.u16(2)
        let secinfo = SECINFO(SECINFO.Flags(rawValue: flags))
        let isAdded = attributes & Self.add != 0 && (flags != 0 || fields.u32(20) != 0)
        var entry = Entry(
            number: number, isMeasured: attributes & (Self.add | Self.extend) == Self.add | Self.extend, isAdded: isAdded,
            pages: UInt64(fields.u32(4)), address: fields.u64(8), secinfo: secinfo, contents: .zeros)
        guard isAdded else { return entry }
        entry.contents = try contents(fields, &entry)
        return entry
    }

    private func contents(_ fields: ByteRecord, _ entry: inout Entry) throws(ForeignImageError) -> Contents {
        let what = "entry \(entry.number) of the layout"
        let (size, offset) = (fields.u32(16), fields.u32(20))
        guard offset != 0 else {
            guard size != 0 else { return .zeros }
            let pattern = (0..<4).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }
            return .pattern((0..<1024).flatMap { _ in pattern })
        }
        let bytes = try metadata.data(offset, size, "the contents of \(what)")
        guard Self.wholePages(bytes) <= entry.pages * 4096 else {
            throw .damaged(what: what, why: "its contents are longer than its pages")
        }
        if entry.secinfo == .tcs {
            guard Self.wholePages(bytes) == 4096 else {
                throw .damaged(what: what, why: "the template of a TCS has \(size) bytes")
            }
            return .tcs(Self.pages(bytes))
        }
        // Other contents are always measured, whatever the attributes say.
        entry.isMeasured = true
        return .bytes(bytes)
    }

    /// Length of the pages that hold so many bytes.
    private static func wholePages(_ bytes: ByteRecord) -> UInt64 { (UInt64(bytes.count) + 4095) & ~4095 }

    private static func pages(_ bytes: ByteRecord) -> [UInt8] {
        var pages: [UInt8] = []
        pages.reserveCapacity(Int(wholePages(bytes)))
        pages += bytes.slice
        pages += [UInt8](repeating: 0, count: Int(wholePages(bytes)) - bytes.count)
        return pages
    }

    /// Bytes that one more run of the entry takes; those of the file count once, since repetitions share them.
    private static func held(_ entry: Entry) -> UInt64 {
        switch entry.contents {
        case .zeros: 0
        case .pattern, .tcs: 4096
        case .bytes(let bytes): entry.copy == nil ? wholePages(bytes) : 0
        }
    }

    private func add(_ entry: inout Entry, step: UInt64, to plan: inout PagePlan) throws(ForeignImageError) {
        let what = "entry \(entry.number) of the layout"
        let (address, overflow) = entry.address.addingReportingOverflow(step)
        guard address % 4096 == 0, !overflow, address <= metadata.enclaveSize,
            entry.pages <= (metadata.enclaveSize - address) / 4096
        else {
            throw .damaged(what: what, why: "\(entry.pages) pages at \(PagePlan.hex(address)) do not lie in the enclave")
        }
        guard entry.isAdded, entry.pages > 0 else { return }
        let offset = range.imageOffset + address
        try plan.reserve(
            what, offset: offset, pages: entry.pages, entry.secinfo, measured: entry.isMeasured,
            contentBytes: Self.held(entry))
        try append(&entry, at: offset, address, to: &plan)
    }

    /// An entry that was reserved.
    private func append(
        _ entry: inout Entry, at offset: UInt64, _ address: UInt64, to plan: inout PagePlan
    ) throws(ForeignImageError) {
        let pages = Int(entry.pages)
        switch entry.contents {
        case .zeros where entry.secinfo == .tcs:
            throw .damaged(what: "entry \(entry.number) of the layout", why: "a TCS has no template")
        case .zeros: plan.append(PageRun(offset: offset, zeroPages: pages, entry.secinfo, measured: entry.isMeasured))
        case .pattern(let page):
            plan.append(PageRun(offset: offset, repeating: page, pages: pages, entry.secinfo, measured: entry.isMeasured))
        case .tcs(let template):
            let page = Self.relocated(template, by: address)
            plan.append(PageRun(offset: offset, repeating: page, pages: pages, entry.secinfo, measured: entry.isMeasured))
        case .bytes(let bytes):
            let copy = entry.copy ?? Self.pages(bytes)
            entry.copy = copy
            append(copy, of: entry, at: offset, to: &plan)
        }
    }

    private func append(_ bytes: [UInt8], of entry: Entry, at offset: UInt64, to plan: inout PagePlan) {
        if !bytes.isEmpty { plan.append(PageRun(offset: offset, bytes: bytes, entry.secinfo)) }
        let rest = Int(entry.pages) - bytes.count / 4096
        guard rest > 0 else { return }
        plan.append(PageRun(offset: offset + UInt64(bytes.count), zeroPages: rest, entry.secinfo, measured: true))
    }

    /// OSSA, OFSBASE and OGSBASE of a template count from the TCS itself.
    private static func relocated(_ template: [UInt8], by address: UInt64) -> [UInt8] {
        var page = template
        for field in [16, 48, 56] {
            var value: UInt64 = 0
            for index in 0..<8 { value |= UInt64(page[field + index]) << UInt64(index * 8) }
            value &+= address
            for index in 0..<8 { page[field + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
        }
        return page
    }
}
