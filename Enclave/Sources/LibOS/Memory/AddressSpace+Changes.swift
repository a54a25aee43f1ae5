extension AddressSpace {
    /// Puts a mapping in; what lay there is unmapped first.
    ///
    /// ENOMEM when it needs pages the pool does not have, or where there are too many mappings.
    func insert(_ new: Mapping) throws(Errno) {
        var mapping = new
        if mapping.protection != 0 {
            guard pool.contains(mapping.start, mapping.end) else { throw .ENOMEM }
        } else {
            guard mapping.end <= reservationEnd, mapping.start >= pool.start else { throw .ENOMEM }
        }
        guard mappingCount < Self.mostMappings else { throw .ENOMEM }
        mapping.isPromised = pool.isDynamic && mapping.wantsPromise(with: mapping.protection)
        if mapping.isPromised {
            guard pages(mapping.start, mapping.end) <= pool.budget.free + heldByMappings(mapping.start, mapping.end) else {
                pool.noteShortOfLimit()
                throw .ENOMEM
            }
        }
        let old = remove(mapping.start, mapping.end)
        if mapping.isPromised { pool.budget.promise(pages(mapping.start, mapping.end)) }
        if mapping.protection != 0 {
            if pool.isDynamic {
                commitHeld(mapping, mapping.start, mapping.end)
            } else {
                try pool.commit(mapping.start, mapping.end)
            }
        }
        put(mapping)
        withExtendedLifetime(old) {}
    }

    /// Unmaps a range: whole pages, parts of mappings included.
    ///
    /// What was there is to be held until the caller has made its own changes: with the last piece of a mapping its file may be closed.
    @discardableResult
    func remove(_ start: UInt64, _ end: UInt64) -> [Mapping] {
        guard !isFree(start, end) else { return [] }
        cut(start, end)
        var removed: [Mapping] = []
        while let mapping = first(endingAbove: start), mapping.start < end {
            guard let mapping = take(startingAt: mapping.start) else { break }
            let count = pool.release(mapping.start, mapping.end)
            if mapping.isPromised {
                pool.budget.endPromise(pages(mapping.start, mapping.end))
            } else {
                pool.budget.returnLoose(count)
            }
            removed.append(mapping)
        }
        return removed
    }

    /// Unmaps the stubs of text of which no piece is mapped any more.
    func discardStubs(of removed: consuming [Mapping]) {
        var files = removed.compactMap { $0.mapped?.text == nil ? nil : $0.mapped }
        removed = []
        while var file = files.popLast() {
            if files.contains(where: { $0 === file }) { continue }
            guard isKnownUniquelyReferenced(&file), let text = file.text else { continue }
            remove(text.poolStart, text.poolEnd)
        }
    }

    func pages(_ from: UInt64, _ to: UInt64) -> UInt64 { (to - from) / PagePool.pageSize }

    /// Pages that the mappings in the range have of the budget: what unmapping them would give back.
    private func heldByMappings(_ start: UInt64, _ end: UInt64) -> UInt64 {
        var sum: UInt64 = 0
        tree.forEach(start, end) { mapping in
            let part = mapping.part(start, end)
            sum += mapping.isPromised ? pages(part.start, part.end) : pool.committedCount(part.start, part.end)
        }
        return sum
    }

    // MARK: Rights

    /// Changes rights; ENOMEM where the range is not mapped throughout, or where rights would need pages beside the pool.
    func protect(_ start: UInt64, _ end: UInt64, _ protection: UInt32) throws(Errno) {
        guard isMapped(start, end) else { throw .ENOMEM }
        if protection != 0 {
            guard pool.contains(start, end) else { throw .ENOMEM }
            if !pool.isDynamic { try pool.commit(start, end) }
        }
        try cutCounted(at: start)
        try cutCounted(at: end)
        try promiseForRights(start, end, protection)
        if protection == 0 { endPromisesOfReservations(start, end) }
        change(start, end) { $0.protection = protection }
        if pool.isDynamic && protection != 0 {
            tree.forEach(start, end) { commitHeld($0, $0.start, $0.end) }
            pool.allow(start, end, protection)
        }
        join(start, end)
    }

    /// As Linux, which looks before each cut.
    private func cutCounted(at address: UInt64) throws(Errno) {
        guard let mapping = mapping(at: address), mapping.start < address else { return }
        guard mappingCount < Self.mostMappings else { throw .ENOMEM }
        cut(address, address)
    }

    /// What was only reserved is promised when it gets rights; whole mappings, ENOMEM with nothing changed.
    ///
    /// A range of MAP_NORESERVE beyond the limit is one that is meant to stay mostly empty: it counts page by page.
    private func promiseForRights(_ start: UInt64, _ end: UInt64, _ protection: UInt32) throws(Errno) {
        guard pool.isDynamic, protection & Protection.write != 0 else { return }
        let isSparse = pages(start, end) > pool.budget.limit
        func isToBePromised(_ mapping: Mapping) -> Bool {
            guard !mapping.isPromised else { return false }
            return isSparse ? mapping.wantsPromise(with: protection) : mapping.wantsPromise(afterChangeTo: protection)
        }
        var need: UInt64 = 0
        tree.forEach(start, end) { mapping in
            guard isToBePromised(mapping) else { return }
            need += pages(mapping.start, mapping.end) - pool.committedCount(mapping.start, mapping.end)
        }
        guard need <= pool.budget.free else {
            pool.noteShortOfLimit()
            throw .ENOMEM
        }
        change(start, end) { mapping in
            guard isToBePromised(mapping) else { return }
            pool.budget.returnLoose(pool.committedCount(mapping.start, mapping.end))
            pool.budget.promise(pages(mapping.start, mapping.end))
            mapping.isPromised = true
        }
    }

    /// A reservation of MAP_NORESERVE that loses all rights is one again: what it still holds counts page by page.
    private func endPromisesOfReservations(_ start: UInt64, _ end: UInt64) {
        change(start, end) { mapping in
            guard mapping.isPromised, mapping.flags & Mapping.noReserve != 0 else { return }
            pool.budget.endPromise(pages(mapping.start, mapping.end))
            pool.budget.takeLoose(pool.committedCount(mapping.start, mapping.end))
            mapping.isPromised = false
        }
    }
}
