/// What one program sees at which address: disjoint mappings over the pages of the pool.
///
/// Fixed memory: every page of a mapping with any right is committed, and rights are kept here and not by the CPU, since a change of page
/// rights would need the host (docs/security.md says so). Dynamic memory: pages come as they are touched, so an access where there is no
/// mapping or no right faults unless the page is there already; X and read-only pages are the CPU's to refuse.
final class AddressSpace {
    let pool: PagePool
    /// Where reservations without rights may lie beside the pool: they cost nothing and can never be committed.
    let reservationEnd: UInt64
    private(set) var tree = MappingTree()
    /// The mapping that was asked for last; most questions are about it again.
    private var hit = Mapping(start: 0, end: 0, protection: 0, flags: 0)
    var heapStart: UInt64 = 0
    var heapEnd: UInt64 = 0
    /// How ordinary memory is touched.
    var touched = TouchAdvance()
    /// Where the vDSO reads the clocks.
    var timePage: UInt64?
    /// Whether its pages are in place; with one address space it always is.
    var isResident = true
    /// Pages of the kernel's on which pages of files are made ready.
    let staging = UnsafeMutableRawPointer.allocate(byteCount: AddressSpace.stagedBytes, alignment: 4096)

    /// As many mappings as Linux lets a process have.
    static let mostMappings = 65530

    init(pool: PagePool, reservationEnd: UInt64) {
        self.pool = pool
        self.reservationEnd = reservationEnd
    }

    deinit { staging.deallocate() }

    // MARK: Looking

    func first(endingAbove address: UInt64) -> Mapping? { tree.first(endingAbove: address) }

    func mapping(at address: UInt64) -> Mapping? {
        if hit.start <= address, address < hit.end { return hit }
        guard let mapping = tree.first(endingAbove: address), mapping.start <= address else { return nil }
        hit = mapping
        return mapping
    }

    /// Whether all of the range may be used with `right`; a page that can be used at all can be read.
    func allows(_ address: UInt64, _ count: Int, _ right: UInt32) -> Bool {
        guard count >= 0 else { return false }
        let (end, overflow) = address.addingReportingOverflow(UInt64(count))
        guard !overflow else { return false }
        let needed = right == Protection.write ? Protection.write : Protection.all
        var at = address
        repeat {
            guard let mapping = mapping(at: at), mapping.protection & needed != 0 else { return false }
            at = mapping.end
        } while at < end
        return true
    }

    func isCommitted(_ address: UInt64, _ count: Int) -> Bool {
        let (end, overflow) = address.addingReportingOverflow(UInt64(count))
        return !overflow && pool.allCommitted(address & ~4095, end)
    }

    /// Whether every byte of the range is in a mapping.
    func isMapped(_ from: UInt64, _ to: UInt64) -> Bool {
        var at = from
        while at < to {
            guard let mapping = mapping(at: at) else { return false }
            at = mapping.end
        }
        return true
    }

    func isFree(_ start: UInt64, _ end: UInt64) -> Bool {
        guard let mapping = tree.first(endingAbove: start) else { return true }
        return mapping.start >= end
    }

    // MARK: Free ranges

    /// A free range of `length` bytes, as high as possible in the pool; `nil` when there is none.
    func gap(_ length: UInt64, above floor: UInt64 = 0, below: UInt64? = nil) -> UInt64? {
        tree.highestHole(length, from: max(floor, pool.start), to: min(below ?? pool.end, pool.end))
    }

    /// A free range beside the pool, for what is only reserved.
    func reservationGap(_ length: UInt64) -> UInt64? { tree.highestHole(length, from: pool.end, to: reservationEnd) }

    // MARK: Changing the tree

    /// Cuts mappings at both ends of a range, so that it is made of whole ones.
    func cut(_ from: UInt64, _ to: UInt64) {
        cut(at: from)
        cut(at: to)
    }

    private func cut(at address: UInt64) {
        guard let whole = tree.first(endingAbove: address), whole.start < address else { return }
        forgetHit()
        _ = tree.remove(startingAt: whole.start)
        tree.insert(whole.head(to: address))
        tree.insert(whole.tail(from: address))
    }

    func put(_ mapping: Mapping) {
        tree.insert(mapping)
        joinWithNeighbours(mapping.start)
    }

    func take(startingAt start: UInt64) -> Mapping? {
        forgetHit()
        return tree.remove(startingAt: start)
    }

    /// Changes the whole mappings of a range that was cut.
    func change(_ from: UInt64, _ to: UInt64, _ body: (inout Mapping) -> Void) {
        forgetHit()
        var at = from
        while at < to, let mapping = tree.first(endingAbove: at), mapping.start < to {
            tree.change(startingAt: mapping.start, body)
            at = mapping.end
        }
    }

    /// Joins what nothing tells apart any more, at both ends of a range and in it.
    func join(_ from: UInt64, _ to: UInt64) {
        var at = from
        while let mapping = tree.first(endingAbove: at), mapping.start <= to {
            joinWithNeighbours(mapping.start)
            guard let joined = tree.first(endingAbove: mapping.end - 1) else { return }
            at = joined.end
        }
    }

    private func joinWithNeighbours(_ start: UInt64) {
        guard var mapping = tree.first(endingAbove: start), mapping.start == start else { return }
        if let before = tree.last(endingAt: start), before.continues(as: mapping) {
            mapping = replace(before, mapping)
        }
        if let after = tree.first(endingAbove: mapping.end), after.start == mapping.end, mapping.continues(as: after) {
            _ = replace(mapping, after)
        }
    }

    private func replace(_ first: Mapping, _ second: Mapping) -> Mapping {
        forgetHit()
        _ = tree.remove(startingAt: first.start)
        _ = tree.remove(startingAt: second.start)
        let whole = first.head(to: second.end)
        tree.insert(whole)
        return whole
    }

    private func forgetHit() { hit = Mapping(start: 0, end: 0, protection: 0, flags: 0) }

    // MARK: Sums

    var mappedBytes: UInt64 { tree.bytes }
    var mappingCount: Int { tree.count }

    /// What RLIMIT_DATA counts.
    var privateBytes: UInt64 {
        var sum: UInt64 = 0
        tree.forEach(0, UInt64.max) { mapping in
            if !mapping.isShared, mapping.protection & Protection.write != 0, mapping.purpose != .stack { sum += mapping.length }
        }
        return sum
    }

    /// Calls `body` for every mapping in order.
    func forEachMapping(_ body: (Mapping) -> Void) { tree.forEach(0, UInt64.max, body) }
}
