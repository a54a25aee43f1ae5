/// Shared mappings of files: what was written to them, and second views of them.
extension AddressSpace {
    func sharedMappings(_ from: UInt64, _ to: UInt64, of node: Node? = nil) -> [Mapping] {
        var list: [Mapping] = []
        tree.forEach(from, to) { mapping in
            guard mapping.isShared, let mapped = mapping.mapped, node == nil || mapped.file.node === node else { return }
            list.append(mapping.part(from, to))
        }
        return list
    }

    /// Carries to their files what was written to shared mappings in the range.
    ///
    /// BLOCKS.
    func writeBack(_ from: UInt64, _ to: UInt64, of node: Node? = nil) throws(Errno) {
        for mapping in sharedMappings(from, to, of: node) {
            guard let mapped = mapping.mapped, mapped.mayWrite else { continue }
            try writeBack(mapping, mapped)
        }
    }

    private func writeBack(_ mapping: Mapping, _ mapped: MappedFile) throws(Errno) {
        let size = try mapped.file.status().size
        let buffer = PageBuffer()
        var pages: [UInt64] = []
        // A page that cannot be written yet was not written.
        pool.forEachCommitted(mapping.start, mapping.end) { pages.append($0) }
        for page in pages where pool.states.state(pool.number(page)) & PageStates.readOnly == 0 {
            let offset = mapping.offset(of: page)
            guard offset < size else { break }
            let count = Int(min(PagePool.pageSize, size - offset))
            try buffer.read(mapped.file, offset)
            // Reading may have waited.
            guard self.mapping(at: page)?.mapped === mapped, pool.isCommitted(page), buffer.take(page, count, self) else {
                continue
            }
            _ = try mapped.file.writeBack(offset, IOBuffer(kernel: buffer.bytes, count: count))
        }
    }

    /// What lies behind the end of a file faults again, where that can be had.
    ///
    /// BLOCKS.
    func forgetBehind(_ from: UInt64, _ to: UInt64) {
        pool.clear(from, to)
        guard pool.isDynamic, pool.committedCount(from, to) > 0 else { return }
        let count = pool.release(from, to)
        if let mapping = mapping(at: from), !mapping.isPromised { pool.budget.returnLoose(count) }
        pool.settle(from, to, all: true)
    }

    /// A range of one file that is to be mapped shared.
    struct SharedRange {
        let file: OpenFile
        let offset: UInt64
        let length: UInt64

        var end: UInt64 { offset + length }
    }

    /// Where the range is mapped already, so that a second view of it is the same memory; `nil` where no page of it is.
    ///
    /// ENOMEM where a second view would be other memory that can be written: a page has one address.
    func view(of range: SharedRange) throws(Errno) -> UInt64? {
        var found: UInt64?
        var isWritten = range.file.canWrite
        var overlaps = false
        for mapping in sharedMappings(0, UInt64.max, of: range.file.node) {
            let end = mapping.fileOffset + mapping.length
            guard mapping.fileOffset < range.end, end > range.offset else { continue }
            overlaps = true
            if mapping.mapped?.mayWrite == true { isWritten = true }
            if mapping.fileOffset <= range.offset, end >= range.end { found = mapping.start + (range.offset - mapping.fileOffset) }
        }
        guard overlaps, isWritten else { return nil }
        guard let found else { throw .ENOMEM }
        return found
    }

    /// Counts one more view of what is mapped at `start`, with the rights of all.
    ///
    /// BLOCKS.
    func addView(of range: SharedRange, at start: UInt64, _ protection: UInt32) throws(Errno) {
        let end = start + range.length
        cut(start, end)
        for mapping in sharedMappings(start, end) where mapping.protection | protection != mapping.protection {
            try protect(mapping.start, mapping.end, mapping.protection | protection)
        }
        cut(start, end)
        change(start, end) { $0.views += 1 }
        if range.file.canWrite { makeWritable(start, end, range) }
        join(start, end)
    }

    /// What a view can write goes to the file through that view's open file, however the first one was opened.
    private func makeWritable(_ start: UInt64, _ end: UInt64, _ range: SharedRange) {
        var isReadOnly = false
        var isExecuted = false
        tree.forEach(start, end) { mapping in
            if mapping.mapped?.mayWrite == false { isReadOnly = true }
            if mapping.mapped?.text != nil { isExecuted = true }
        }
        guard isReadOnly else { return }
        let mapped = MappedFile(range.file, start: start, end: end, offset: range.offset, isShared: true)
        if isExecuted { mapped.prepareText(self) }
        change(start, end) { if $0.mapped?.mayWrite == false { $0.mapped = mapped } }
    }

    /// Takes a view away from what has several; the ranges that had one alone are to be unmapped.
    func dropViews(_ start: UInt64, _ end: UInt64) -> [(UInt64, UInt64)] {
        var alone: [(UInt64, UInt64)] = []
        var several = false
        tree.forEach(start, end) { if $0.views > 1 { several = true } }
        guard several else { return [(start, end)] }
        cut(start, end)
        tree.forEach(start, end) { if $0.views == 1 { alone.append(($0.start, $0.end)) } }
        change(start, end) { if $0.views > 1 { $0.views -= 1 } }
        join(start, end)
        return alone
    }
}
