import CEnclave

/// Dynamic memory: mappings get their pages when they are first touched, by the program or by the kernel for it.
extension AddressSpace {
    /// Pages committed around one that was touched: a fault costs several times what a page does.
    private static let cluster: UInt64 = 16 * PagePool.pageSize

    enum FaultAnswer {
        /// The access is to be made again.
        case again
        /// The same, once the page has gone back to the host: another thread is at it.
        case later
        /// No right to it; whether there is a mapping at all.
        case violation(mapped: Bool)
        case noMemory
        /// The page is committed and cannot be read.
        case taken
    }

    /// What a page fault of the program means; what is only not there yet is committed.
    ///
    /// The fault's address and error are the CPU's word, but the host chooses when it is told: it may be long mended.
    func answer(faultAt address: UInt64, error: UInt64) -> FaultAnswer {
        guard let mapping = mapping(at: address) else { return .violation(mapped: false) }
        guard mapping.protection & Self.right(error) != 0 else { return .violation(mapped: true) }
        let page = address & ~(PagePool.pageSize - 1)
        let state = pool.states.state(pool.number(page))
        if state & PageStates.leaving != 0 { return .later }
        if state & PageStates.committed == 0 { return touch(page, mapping) }
        if error & 0x10 != 0 && state & PageStates.executable == 0 {
            pool.makeExecutable(page, page + PagePool.pageSize)
            return .again
        }
        return page_probe(address) == 0 ? .again : .taken
    }

    /// Bits of the error code: 2 a write, 0x10 a fetch.
    private static func right(_ error: UInt64) -> UInt32 {
        if error & 0x10 != 0 { return Protection.execute }
        return error & 2 != 0 ? Protection.write : Protection.all
    }

    private func touch(_ page: UInt64, _ mapping: Mapping) -> FaultAnswer {
        do throws(Errno) { try commit(mapping, page, page + PagePool.pageSize) } catch { return .noMemory }
        let from = max(mapping.start, page / Self.cluster * Self.cluster)
        let to = min(mapping.end, from / Self.cluster * Self.cluster + Self.cluster)
        // Its neighbours only where they are to be had.
        do throws(Errno) { try commit(mapping, from, to) } catch { return .again }
        return .again
    }

    /// Commits a part of one mapping, within the budget.
    func commit(_ mapping: Mapping, _ from: UInt64, _ to: UInt64) throws(Errno) {
        let before = pool.committed
        if !mapping.isPromised {
            let missing = (to - from) / PagePool.pageSize - pool.committedCount(from, to)
            guard missing <= pool.budget.free else {
                pool.noteShortOfLimit()
                throw .ENOMEM
            }
        }
        defer { if !mapping.isPromised { pool.budget.takeLoose(pool.committed - before) } }
        try pool.commit(from, to, executable: mapping.protection & Protection.execute != 0)
    }

    /// Before the kernel touches user memory: every page of the range is there.
    ///
    /// EFAULT where nothing is mapped, ENOMEM where there is no page to be had.
    func makePresent(_ address: UInt64, _ count: Int) throws(Errno) {
        guard pool.isDynamic, count > 0 else { return }
        let from = address & ~(PagePool.pageSize - 1)
        let to = (address + UInt64(count) + PagePool.pageSize - 1) & ~(PagePool.pageSize - 1)
        if pool.allCommitted(from, to) { return }
        var at = from
        while at < to {
            guard let mapping = mapping(at: at) else { throw .EFAULT }
            let stop = min(to, mapping.end)
            do throws(Errno) { try commit(mapping, at, stop) } catch {
                kernel.noteShortage(at, pool.shortage)
                throw error
            }
            at = stop
        }
    }

    /// MADV_DONTNEED of anonymous memory: it reads as zeros.
    ///
    /// BLOCKS where much of it goes back to the host.
    func forget(_ from: UInt64, _ to: UInt64, _ mapping: Mapping) {
        guard pool.committedCount(from, to) >= Self.worthReturning else { return pool.clear(from, to) }
        let count = pool.release(from, to)
        if !mapping.isPromised { pool.budget.returnLoose(count) }
        pool.settle(from, to, all: true)
        // What the host did not take is there still, under whatever is mapped there now.
        for mapping in mappings where mapping.start < to && mapping.end > from && mapping.protection != 0 {
            commitHeld(mapping, max(from, mapping.start), min(to, mapping.end))
        }
    }

    /// From 4 MiB on: allocators forget smaller pieces all the time and want them again, and zeroing is ten times as fast.
    private static var worthReturning: UInt64 { 1024 }

    func commitHeld(_ mapping: Mapping, _ from: UInt64, _ to: UInt64) {
        let count = pool.commitHeld(from, to, executable: mapping.protection & Protection.execute != 0)
        if !mapping.isPromised { pool.budget.takeLoose(count) }
    }
}
