import CEnclave

/// Dynamic memory: mappings get their pages when they are first touched, by the program or by the kernel for it.
extension AddressSpace {
    enum FaultAnswer {
        /// The access is to be made again.
        case again
        /// The same, once the page has gone back to the host: another thread is at it.
        case later
        /// No right to it; whether there is a mapping at all.
        case violation(mapped: Bool)
        case noMemory
        /// The mapping's file ends before it, or cannot be read.
        case noContent
        /// The page is committed and cannot be read.
        case taken
    }

    /// What a page fault of the program means; what is only not there yet is committed.
    ///
    /// The fault's address and error are the CPU's word, but the host chooses when it is told: it may be long mended. BLOCKS where the
    /// page is a file's.
    func answer(faultAt address: UInt64, error: UInt64) -> FaultAnswer {
        guard let mapping = mapping(at: address) ?? grown(downTo: address) else { return .violation(mapped: false) }
        let right = Self.right(error)
        guard mapping.protection & right != 0 else { return .violation(mapped: true) }
        let page = address & ~(PagePool.pageSize - 1)
        let state = pool.states.state(pool.number(page))
        if state & PageStates.changing != 0 { return .later }
        if state & PageStates.committed == 0 {
            return mapping.mapped?.isLazy(self) == true ? touchFile(page, mapping, right) : touch(page, mapping)
        }
        let lacking = PageStates.closed | (right == Protection.write ? PageStates.readOnly : 0)
        if state & lacking != 0 || (right == Protection.execute && state & PageStates.executable == 0) {
            pool.allow(page, page + PagePool.pageSize, mapping.protection)
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
        let around = touched.window(of: page)
        do throws(Errno) { try commit(mapping, max(mapping.start, around.from), min(mapping.end, around.to)) } catch {
            if pool.isCommitted(page) { return .again }
            // Its neighbours only where they are to be had.
            do throws(Errno) { try commit(mapping, page, page + PagePool.pageSize) } catch { return .noMemory }
        }
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
        if pool.isDynamic, mapping.protection & Protection.write == 0, mapping.protection != 0 {
            try pool.commitZeros(from, to, mapping.protection)
        }
        try pool.commit(from, to, executable: mapping.protection & Protection.execute != 0)
    }

    /// Before the kernel touches user memory: every page of the range is there.
    ///
    /// EFAULT where nothing is mapped, ENOMEM where there is no page to be had.
    func makePresent(_ address: UInt64, _ count: Int, writing: Bool = true) throws(Errno) {
        guard pool.isDynamic, count > 0 else { return }
        let from = address & ~(PagePool.pageSize - 1)
        let to = (address + UInt64(count) + PagePool.pageSize - 1) & ~(PagePool.pageSize - 1)
        if pool.isUsable(from, to, writing: writing) { return }
        pool.waitWhileChanging(from, to)
        var at = from
        while at < to {
            guard let mapping = mapping(at: at) else { throw .EFAULT }
            let stop = min(to, mapping.end)
            if mapping.mapped?.isLazy(self) == true {
                try bringIn(mapping, at, stop)
            } else {
                do throws(Errno) { try commit(mapping, at, stop) } catch {
                    kernel.noteShortage(at, pool.shortage)
                    throw error
                }
            }
            at = stop
        }
        // The kernel's own writes come before rights: it fills what a program may only read.
        pool.allow(from, to, writing ? Protection.write : Protection.read)
    }

    /// Makes pages before they are touched, as far as they are to be had: MAP_POPULATE.
    ///
    /// BLOCKS where they are a file's.
    func bring(_ from: UInt64, _ to: UInt64) {
        guard pool.isDynamic else { return }
        var at = from
        while at < to, let mapping = mapping(at: at), mapping.protection != 0 {
            if !pool.isCommitted(at) {
                let answer = answer(faultAt: at, error: mapping.protection & Protection.write != 0 ? 2 : 0)
                if case .again = answer {} else { return }
            }
            at += PagePool.pageSize
        }
    }

    /// MADV_DONTNEED of anonymous memory: it reads as zeros.
    ///
    /// BLOCKS where it goes back to the host: much of it, and what may not be written, since zeroing needs the right to.
    func forget(_ from: UInt64, _ to: UInt64, _ mapping: Mapping) {
        let count = pool.committedCount(from, to)
        guard count > 0 else { return }
        if count < Self.worthReturning, mapping.protection & Protection.write != 0 { return pool.clear(from, to) }
        pool.release(from, to)
        if !mapping.isPromised { pool.budget.returnLoose(count) }
        pool.settle(from, to, all: true)
        // What the host did not take is there still, under whatever is mapped there now.
        tree.forEach(from, to) { mapping in
            if mapping.protection != 0 { commitHeld(mapping, max(from, mapping.start), min(to, mapping.end)) }
        }
    }

    /// From 4 MiB on: allocators forget smaller pieces all the time and want them again, and zeroing is ten times as fast.
    private static var worthReturning: UInt64 { 1024 }

    /// What is held in a mapping's range is the program's to see at once: it gets the mapping's bytes now.
    func commitHeld(_ mapping: Mapping, _ from: UInt64, _ to: UInt64) {
        if mapping.mapped?.isLazy(self) == true { return fillHeld(mapping, from, to) }
        let count = pool.commitHeld(from, to, executable: mapping.protection & Protection.execute != 0)
        if !mapping.isPromised { pool.budget.takeLoose(count) }
    }

    // MARK: MAP_GROWSDOWN

    /// How near to the next mapping below a stack may come.
    private static let guardGap: UInt64 = 256 * PagePool.pageSize

    /// The stack above an address that grows down to it; `nil` where there is none or it must not grow.
    private func grown(downTo address: UInt64) -> Mapping? {
        guard let stack = first(endingAbove: address), stack.flags & Mapping.growsDown != 0, stack.protection != 0 else {
            return nil
        }
        let start = address & ~(PagePool.pageSize - 1)
        guard start >= pool.start + Self.guardGap, stack.start - start <= 8 << 20, isFree(start - Self.guardGap, stack.start) else {
            return nil
        }
        var part = stack.head(to: stack.start)
        part.start = start
        do throws(Errno) { try insert(part) } catch { return nil }
        return mapping(at: address)
    }
}
