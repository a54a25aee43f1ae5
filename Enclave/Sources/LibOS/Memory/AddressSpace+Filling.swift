import CEnclave

/// How verified bytes become pages: side by side where that can be, since a run of pages costs little more than one.
extension AddressSpace {
    /// Pages that are made ready at once.
    private static let stagedPages: UInt64 = 4

    static var stagedBytes: Int { Int(stagedPages * PagePool.pageSize) }

    /// Brings the pages of a range that the run has bytes of and that are not there yet.
    func fill(_ mapping: Mapping, _ from: UInt64, _ to: UInt64, _ run: VerifiedRun) throws(Errno) {
        var at = from
        while at < to {
            guard let bytes = missing(at, mapping, run) else {
                at += PagePool.pageSize
                continue
            }
            let isPatched = hasSites(at, mapping)
            let limit = isPatched ? min(to, at + UInt64(Self.stagedBytes)) : to
            var end = at + PagePool.pageSize
            while end < limit, missing(end, mapping, run) != nil, hasSites(end, mapping) == isPatched { end += PagePool.pageSize }
            try put(mapping, at, end, isPatched ? patched(bytes, at, end, mapping) : bytes)
            run.run.mappedPages += Int(pages(at, end))
            at = end
        }
    }

    /// The bytes of a page that is not there; `nil` where it is, or where the run has none of it.
    private func missing(_ page: UInt64, _ mapping: Mapping, _ run: VerifiedRun) -> UnsafeRawPointer? {
        pool.isCommitted(page) ? nil : run.page(at: mapping.offset(of: page))
    }

    private func put(_ mapping: Mapping, _ from: UInt64, _ to: UInt64, _ source: UnsafeRawPointer) throws(Errno) {
        // A program that used up its memory still gets its own code: that counts, and everything else is refused for it.
        if mapping.protection & Protection.write != 0 { try take(pages(from, to), mapping) }
        let before = pool.committed
        defer { if !mapping.isPromised { pool.budget.takeLoose(pool.committed - before) } }
        try pool.commit(from, to, copyOf: source, mapping.protection)
    }

    /// Whether the budget has the pages.
    func take(_ pages: UInt64, _ mapping: Mapping) throws(Errno) {
        guard mapping.isPromised || pool.budget.free >= pages else {
            pool.noteShortOfLimit()
            throw .ENOMEM
        }
    }

    func hasSites(_ page: UInt64, _ mapping: Mapping) -> Bool {
        mapping.mapped?.text?.hasSites(page, PagePool.pageSize) ?? false
    }

    /// A copy of pages with their system calls rewritten, up to `stagedBytes` of them.
    func patched(_ bytes: UnsafeRawPointer, _ from: UInt64, _ to: UInt64, _ mapping: Mapping) -> UnsafeRawPointer {
        staging.copyMemory(from: bytes, byteCount: Int(to - from))
        var at = from
        while at < to {
            let page = (staging + Int(at - from)).assumingMemoryBound(to: UInt8.self)
            mapping.mapped?.text?.patch(page, pageAt: at, self)
            at += PagePool.pageSize
        }
        return UnsafeRawPointer(staging)
    }
}
