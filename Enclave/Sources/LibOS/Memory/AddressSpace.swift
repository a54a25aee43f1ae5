/// What one program sees at which address: sorted, disjoint mappings over the pages of the pool.
///
/// Fixed memory: every page of a mapping with any right is committed, and rights are kept here and not by the CPU, since a change of page
/// rights would need the host (docs/security.md says so). Dynamic memory: pages come as they are touched, so an access where there is no
/// mapping or no right faults unless the page is there already, and X is the CPU's to refuse.
final class AddressSpace {
    let pool: PagePool
    /// Where reservations without rights may lie beside the pool: they cost nothing and can never be committed.
    let reservationEnd: UInt64
    private(set) var mappings: [Mapping] = []
    private var lastHit = 0
    var heapStart: UInt64 = 0
    var heapEnd: UInt64 = 0
    /// Whether its pages are in place; with one address space it always is.
    var isResident = true

    init(pool: PagePool, reservationEnd: UInt64) {
        self.pool = pool
        self.reservationEnd = reservationEnd
    }

    // MARK: look-ups

    /// Index of the first mapping that ends above `address`.
    func firstIndex(endingAbove address: UInt64) -> Int {
        var low = 0
        var high = mappings.count
        while low < high {
            let middle = (low + high) / 2
            if mappings[middle].end > address { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func mapping(at address: UInt64) -> Mapping? {
        if lastHit < mappings.count, mappings[lastHit].start <= address, address < mappings[lastHit].end {
            return mappings[lastHit]
        }
        let index = firstIndex(endingAbove: address)
        guard index < mappings.count, mappings[index].start <= address else { return nil }
        lastHit = index
        return mappings[index]
    }

    /// Whether all of the range may be used with `right`; a page that can be used at all can be read.
    func allows(_ address: UInt64, _ count: Int, _ right: UInt32) -> Bool {
        guard count >= 0 else { return false }
        let (end, overflow) = address.addingReportingOverflow(UInt64(count))
        guard !overflow else { return false }
        let needed = right == Protection.write ? Protection.write : Protection.all
        if lastHit < mappings.count {
            let hit = mappings[lastHit]
            if hit.start <= address && end <= hit.end { return hit.protection & needed != 0 }
        }
        var at = address
        var index = firstIndex(endingAbove: address)
        if index < mappings.count { lastHit = index }
        while at < end || count == 0 {
            guard index < mappings.count, mappings[index].start <= at, mappings[index].protection & needed != 0 else {
                return false
            }
            if count == 0 { return true }
            at = mappings[index].end
            index += 1
        }
        return true
    }

    func isCommitted(_ address: UInt64, _ count: Int) -> Bool {
        let (end, overflow) = address.addingReportingOverflow(UInt64(count))
        return !overflow && pool.allCommitted(address & ~4095, end)
    }

    // MARK: changes

    /// A free range of `length` bytes, as high as possible in the pool; `nil` when there is none.
    func gap(_ length: UInt64, below: UInt64? = nil) -> UInt64? {
        highestGap(length, from: pool.start, to: min(below ?? pool.end, pool.end))
    }

    /// A free range beside the pool, for what is only reserved.
    func reservationGap(_ length: UInt64) -> UInt64? { highestGap(length, from: pool.end, to: reservationEnd) }

    private func highestGap(_ length: UInt64, from floor: UInt64, to ceiling: UInt64) -> UInt64? {
        var top = ceiling
        var index = firstIndex(endingAbove: ceiling == 0 ? 0 : ceiling - 1)
        if index < mappings.count, mappings[index].start < ceiling {
            top = mappings[index].start
        } else {
            index = min(index, mappings.count)
        }
        while true {
            let bottom = index > 0 ? max(mappings[index - 1].end, floor) : floor
            if top >= bottom && top - bottom >= length { return top - length }
            guard index > 0, mappings[index - 1].start > floor else { return nil }
            index -= 1
            top = min(top, mappings[index].start)
        }
    }

    func isFree(_ start: UInt64, _ end: UInt64) -> Bool {
        let index = firstIndex(endingAbove: start)
        return index == mappings.count || mappings[index].start >= end
    }

    /// Puts a mapping in; what lay there is unmapped first.
    ///
    /// ENOMEM when it needs pages the pool does not have.
    func insert(_ new: Mapping) throws(Errno) {
        var mapping = new
        if mapping.protection != 0 {
            guard pool.contains(mapping.start, mapping.end) else { throw .ENOMEM }
        } else {
            guard mapping.end <= reservationEnd, mapping.start >= pool.start else { throw .ENOMEM }
        }
        mapping.isPromised = pool.isDynamic && mapping.wantsPromise(with: mapping.protection)
        if mapping.isPromised {
            guard pages(mapping.start, mapping.end) <= pool.budget.free + heldByMappings(mapping.start, mapping.end) else {
                pool.noteShortOfLimit()
                throw .ENOMEM
            }
        }
        remove(mapping.start, mapping.end)
        if mapping.isPromised { pool.budget.promise(pages(mapping.start, mapping.end)) }
        if mapping.protection != 0 {
            if pool.isDynamic {
                commitHeld(mapping, mapping.start, mapping.end)
            } else {
                try pool.commit(mapping.start, mapping.end)
            }
        }
        let index = firstIndex(endingAbove: mapping.start)
        mappings.insert(mapping, at: index)
        mergeAround(index)
    }

    /// Unmaps a range: whole pages, parts of mappings included.
    func remove(_ start: UInt64, _ end: UInt64) {
        split(at: start)
        split(at: end)
        let first = firstIndex(endingAbove: start)
        var last = first
        while last < mappings.count && mappings[last].start < end { last += 1 }
        guard first < last else { return }
        for index in first..<last {
            let count = pool.release(mappings[index].start, mappings[index].end)
            if mappings[index].isPromised {
                pool.budget.endPromise(mappings[index].length / PagePool.pageSize)
            } else {
                pool.budget.returnLoose(count)
            }
        }
        mappings.removeSubrange(first..<last)
        lastHit = 0
    }

    /// Changes rights; ENOMEM where the range is not mapped throughout, or where rights would need pages beside the pool.
    func protect(_ start: UInt64, _ end: UInt64, _ protection: UInt32) throws(Errno) {
        var at = start
        var index = firstIndex(endingAbove: start)
        while at < end {
            guard index < mappings.count, mappings[index].start <= at else { throw .ENOMEM }
            at = mappings[index].end
            index += 1
        }
        if protection != 0 {
            guard pool.contains(start, end) else { throw .ENOMEM }
            if !pool.isDynamic { try pool.commit(start, end) }
        }
        split(at: start)
        split(at: end)
        let first = firstIndex(endingAbove: start)
        try promiseForRights(start, end, protection)
        index = first
        while index < mappings.count && mappings[index].start < end {
            mappings[index].protection = protection
            if pool.isDynamic && protection != 0 { commitHeld(mappings[index], mappings[index].start, mappings[index].end) }
            index += 1
        }
        lastHit = 0
        mergeAround(max(first, 0))
        mergeAround(min(index, mappings.count - 1))
    }

    private func pages(_ from: UInt64, _ to: UInt64) -> UInt64 { (to - from) / PagePool.pageSize }

    /// Pages that the mappings in the range have of the budget: what unmapping them would give back.
    private func heldByMappings(_ start: UInt64, _ end: UInt64) -> UInt64 {
        var sum: UInt64 = 0
        var index = firstIndex(endingAbove: start)
        while index < mappings.count && mappings[index].start < end {
            let from = max(mappings[index].start, start)
            let to = min(mappings[index].end, end)
            sum += mappings[index].isPromised ? pages(from, to) : pool.committedCount(from, to)
            index += 1
        }
        return sum
    }

    /// What was only reserved is promised when it gets rights; whole mappings, ENOMEM with nothing changed.
    private func promiseForRights(_ start: UInt64, _ end: UInt64, _ protection: UInt32) throws(Errno) {
        guard pool.isDynamic, protection != 0 else { return }
        let first = firstIndex(endingAbove: start)
        var last = first
        var need: UInt64 = 0
        while last < mappings.count && mappings[last].start < end {
            if isNew(last, protection) {
                need += mappings[last].length / PagePool.pageSize - pool.committedCount(mappings[last].start, mappings[last].end)
            }
            last += 1
        }
        guard need <= pool.budget.free else {
            pool.noteShortOfLimit()
            throw .ENOMEM
        }
        for index in first..<last where isNew(index, protection) {
            pool.budget.returnLoose(pool.committedCount(mappings[index].start, mappings[index].end))
            pool.budget.promise(mappings[index].length / PagePool.pageSize)
            mappings[index].isPromised = true
        }
    }

    private func isNew(_ index: Int, _ protection: UInt32) -> Bool {
        !mappings[index].isPromised && mappings[index].wantsPromise(with: protection)
    }

    private func split(at address: UInt64) {
        let index = firstIndex(endingAbove: address)
        guard index < mappings.count, mappings[index].start < address else { return }
        let whole = mappings[index]
        mappings[index] = whole.head(to: address)
        mappings.insert(whole.tail(from: address), at: index + 1)
        lastHit = 0
    }

    /// Joins a mapping with its neighbours where nothing tells them apart, so that a heap that grows stays one mapping.
    private func mergeAround(_ index: Int) {
        guard index >= 0, index < mappings.count else { return }
        var at = index
        if at + 1 < mappings.count, joins(mappings[at], mappings[at + 1]) {
            mappings[at].end = mappings[at + 1].end
            mappings.remove(at: at + 1)
        }
        if at > 0, joins(mappings[at - 1], mappings[at]) {
            at -= 1
            mappings[at].end = mappings[at + 1].end
            mappings.remove(at: at + 1)
        }
        lastHit = 0
    }

    private func joins(_ a: Mapping, _ b: Mapping) -> Bool {
        a.end == b.start && a.protection == b.protection && a.flags == b.flags && a.purpose == b.purpose
            && a.isPromised == b.isPromised && a.file == nil && b.file == nil
    }

    /// Calls `body` for what a program sees of its own mappings: start, end, rights, flags, file offset, path.
    func forEachMapping(_ body: (UInt64, UInt64, UInt32, UInt32, UInt64, Bytes) -> Void) {
        for mapping in mappings {
            var path: Bytes = mapping.file?.path ?? []
            if mapping.purpose == .heap { path = LogText("[heap]").bytes }
            if mapping.purpose == .stack { path = LogText("[stack]").bytes }
            body(mapping.start, mapping.end, mapping.protection, mapping.flags, mapping.fileOffset, path)
        }
    }

    var mappedBytes: UInt64 {
        var sum: UInt64 = 0
        for mapping in mappings { sum += mapping.length }
        return sum
    }
}
