extension EncryptedVolume {
    private static var largestFile: UInt64 { UInt64(Int64.max) & ~UInt64(Block.byteCount - 1) }

    // MARK: Reading

    /// The clear bytes of one block of a file, until the next call.
    public func page(_ file: VolumeFile, _ block: UInt64) throws(VolumeError) -> UnsafeRawPointer {
        if let slot = cache.find(file, block) {
            if block == file.expected { file.expected = block + 1 }
            return UnsafeRawPointer(cache.page(slot))
        }
        file.window = block == file.expected && block > 0 ? min(file.window * 2, Block.mostAtOnce) : 1
        let slot = try fetch(file, block, file.window)
        file.expected = block + 1
        return UnsafeRawPointer(cache.page(slot))
    }

    /// Tells of a reader that will want so many blocks from here on.
    public func expect(_ file: VolumeFile, _ block: UInt64, _ count: Int) {
        guard count > file.window else { return }
        file.expected = block
        // Doubled when the block is asked for.
        file.window = max(1, min(count, Block.mostAtOnce) / 2)
    }

    private func fetch(_ file: VolumeFile, _ block: UInt64, _ wanted: Int) throws(VolumeError) -> Int {
        tree.trim(to: nodeLimit)
        let run = try references(file, block, wanted)
        guard let first = run.first, !first.isNone else {
            let slot = try slot(file, block)
            zero(cache.page(slot))
            return slot
        }
        var slots: [Int] = []
        var pages: [UnsafeMutableRawPointer] = []
        for index in run.indices {
            let slot = try slot(file, block + UInt64(index))
            slots.append(slot)
            pages.append(cache.page(slot))
        }
        do throws(VolumeError) { try blocks.read(run, into: pages, .data) } catch {
            for slot in slots { cache.remove(slot) }
            // What was read ahead must not fail a read that did not ask for it.
            if run.count > 1 { return try fetch(file, block, 1) }
            throw error
        }
        return slots[0]
    }

    /// References from `block` on whose blocks follow each other and are not cached; one that is none where there is no block.
    private func references(_ file: VolumeFile, _ block: UInt64, _ wanted: Int) throws(VolumeError) -> [BlockReference] {
        var run: [BlockReference] = []
        let last = (file.record.size + UInt64(Block.byteCount) - 1) / UInt64(Block.byteCount)
        guard block < last else { return run }
        let end = min(block + UInt64(wanted), last)
        var next = block
        while next < end {
            let group = try group(file, next / ReferenceGroup.count)
            for place in Int(next % ReferenceGroup.count)..<Int(ReferenceGroup.count) where next < end {
                let reference = group[place]
                if next > block, reference.isNone || file.pages[next] != nil { return run }
                if let before = run.last, reference.block != before.block + 1 { return run }
                run.append(reference)
                if reference.isNone { return run }
                next += 1
            }
        }
        return run
    }

    /// A page for the block, with anything in it.
    private func slot(_ file: VolumeFile, _ block: UInt64) throws(VolumeError) -> Int {
        if let slot = cache.insert(file, block) { return slot }
        try change { () throws(VolumeError) in try flushPages() }
        guard let slot = cache.insert(file, block) else { throw .stopped }
        return slot
    }

    private func zero(_ page: UnsafeMutableRawPointer) {
        UnsafeMutableRawBufferPointer(start: page, count: Block.byteCount).initializeMemory(as: UInt8.self, repeating: 0)
    }

    // MARK: Writing

    /// The clear bytes of one block, to be changed before the next call; what was in it before is there, or zeros when `whole`.
    public func pageToChange(_ file: VolumeFile, _ block: UInt64, whole: Bool) throws(VolumeError) -> UnsafeMutableRawPointer {
        guard block < Self.largestFile / UInt64(Block.byteCount) else { throw .tooLarge }
        if cache.dirtyCount >= cache.limit / 2 { try change { () throws(VolumeError) in try flushPages() } }
        try makeRoomForPage(file, block)
        return try changeablePage(file, block, whole: whole)
    }

    /// What replaces a stored block gives one back with the next commit, so that a full volume has room for it.
    private func makeRoomForPage(_ file: VolumeFile, _ block: UInt64) throws(VolumeError) {
        if !isStopped, hasRoom(.growing, 1) { return try makeRoom(.growing, pages: 1) }
        try makeRoom(try isStored(file, block) ? .changing : .growing, pages: 1)
    }

    /// Whether anything was written to the block: zeros that nobody wrote are not stored.
    public func isStored(_ file: VolumeFile, _ block: UInt64) throws(VolumeError) -> Bool {
        if isDirty(file, block) { return true }
        return !(try group(file, block / ReferenceGroup.count)[Int(block % ReferenceGroup.count)].isNone)
    }

    private func changeablePage(_ file: VolumeFile, _ block: UInt64, whole: Bool) throws(VolumeError) -> UnsafeMutableRawPointer {
        let slot: Int
        if let known = cache.find(file, block) {
            slot = known
        } else if whole {
            slot = try self.slot(file, block)
            zero(cache.page(slot))
        } else {
            slot = try fetch(file, block, 1)
        }
        markDirty(file, block, slot)
        return cache.page(slot)
    }

    private func markDirty(_ file: VolumeFile, _ block: UInt64, _ slot: Int) {
        list(file)
        guard !cache.isDirty(slot) else { return }
        cache.setDirty(slot, true)
        if file.dirtyBlocks.last.map({ $0 / ReferenceGroup.count }) != block / ReferenceGroup.count { dirtyGroups += 1 }
        file.dirtyBlocks.append(block)
    }

    /// The file was written up to `end` at `now`.
    public func written(_ file: VolumeFile, to end: UInt64, _ now: FileRecord.Time) {
        file.record.size = max(file.record.size, end)
        file.record.modified = now
        file.record.changed = now
        recordChanged(file)
    }

    /// Dirty pages get new blocks, in the order of the file; those for which none is left stay dirty.
    func flushPages(of file: VolumeFile) throws(VolumeError) {
        guard !file.dirtyBlocks.isEmpty else { return }
        var dirty = file.dirtyBlocks
        var sorted = true
        for index in 1..<max(dirty.count, 1) where dirty[index - 1] > dirty[index] { sorted = false }
        if !sorted { dirty.sort() }
        var index = 0
        defer {
            file.dirtyBlocks.removeAll(keepingCapacity: true)
            file.dirtyBlocks.append(contentsOf: dirty[index...])
        }
        while index < dirty.count { try flushGroup(file, dirty, &index) }
    }

    /// What got its block is referred to, also when there is none for the next page.
    private func flushGroup(_ file: VolumeFile, _ dirty: [UInt64], _ index: inout Int) throws(VolumeError) {
        let number = dirty[index] / ReferenceGroup.count
        var group = try group(file, number)
        var failure: VolumeError?
        while failure == nil, index < dirty.count, dirty[index] / ReferenceGroup.count == number {
            do throws(VolumeError) {
                try flushPage(file, dirty[index], &group)
                index += 1
            } catch { failure = error }
        }
        if !group.isEmpty { try tree.set(ItemKey(file.number, .data, number), group.encoded) }
        if let failure { throw failure }
    }

    private func flushPage(_ file: VolumeFile, _ block: UInt64, _ group: inout ReferenceGroup) throws(VolumeError) {
        guard let slot = file.pages[block], cache.isDirty(slot) else { return }
        guard let target = tree.map.allocate() else { throw .noSpace }
        let place = Int(block % ReferenceGroup.count)
        if group[place].isNone {
            file.record.blocks += 1
            recordChanged(file)
        } else {
            tree.map.release(group[place].block)
        }
        group[place] = try blocks.write(cache.page(slot), to: target, .data)
        cache.setDirty(slot, false)
    }

    /// Blocks of the file that were written and have none stored yet.
    public func blocksToCome(_ file: VolumeFile) throws(VolumeError) -> UInt64 {
        var dirty: [UInt64] = []
        for block in file.dirtyBlocks where isDirty(file, block) { dirty.append(block) }
        dirty.sort()
        var count: UInt64 = 0
        var index = 0
        while index < dirty.count {
            let number = dirty[index] / ReferenceGroup.count
            let group = try group(file, number)
            while index < dirty.count, dirty[index] / ReferenceGroup.count == number {
                let isRepeated = index > 0 && dirty[index - 1] == dirty[index]
                if !isRepeated, group[Int(dirty[index] % ReferenceGroup.count)].isNone { count += 1 }
                index += 1
            }
        }
        return count
    }

    // MARK: References

    private func group(_ file: VolumeFile, _ number: UInt64) throws(VolumeError) -> ReferenceGroup {
        guard let value = try tree.value(ItemKey(file.number, .data, number)) else { return ReferenceGroup() }
        guard let group = ReferenceGroup(decoding: value, limit: tree.map.total) else { throw .damaged(block: 0) }
        return group
    }

    func releaseBlocks(_ key: ItemKey) throws(VolumeError) {
        guard let value = try tree.value(key), let group = ReferenceGroup(decoding: value, limit: tree.map.total) else {
            throw .damaged(block: 0)
        }
        for reference in group.references where !reference.isNone { tree.map.release(reference.block) }
    }

    // MARK: Size and holes

    /// Cuts the file off or lets it end in zeros.
    public func truncate(_ file: VolumeFile, to size: UInt64, _ now: FileRecord.Time) throws(VolumeError) {
        guard size <= Self.largestFile else { throw .tooLarge }
        if size < file.record.size { try clear(file, from: size, to: file.record.size) } else { try makeRoom(.changing) }
        file.record.size = size
        file.record.modified = now
        file.record.changed = now
        recordChanged(file)
    }

    /// Makes a range read as zeros and gives back the blocks wholly in it; the size stays.
    public func punch(_ file: VolumeFile, from start: UInt64, to end: UInt64, _ now: FileRecord.Time) throws(VolumeError) {
        try clear(file, from: start, to: min(end, file.record.size))
        file.record.modified = now
        file.record.changed = now
        recordChanged(file)
    }

    private func clear(_ file: VolumeFile, from start: UInt64, to end: UInt64) throws(VolumeError) {
        guard start < end else { return }
        let size = UInt64(Block.byteCount)
        // Behind the end of the file nothing is to be kept.
        let reachesEnd = end == file.record.size
        let firstWhole = (start + size - 1) / size
        let lastWhole = reachesEnd ? (end + size - 1) / size : end / size
        if start % size != 0 {
            try zeroPart(file, start / size, from: Int(start % size), to: Int(min(size, end - start / size * size)))
        }
        if !reachesEnd, end % size != 0, end / size >= firstWhole { try zeroPart(file, end / size, from: 0, to: Int(end % size)) }
        guard firstWhole < lastWhole else { return }
        try makeRoomToShrink()
        try change { () throws(VolumeError) in try dropBlocks(file, firstWhole, lastWhole) }
    }

    /// Gives blocks to the holes among some blocks of a file, so that writing there needs no more room.
    public func fill(_ file: VolumeFile, from first: UInt64, to end: UInt64) throws(VolumeError) {
        var block = first
        while block < end {
            // Read anew for each block: a page that was dirty may have been stored, and left the cache, for the one before.
            let group = try group(file, block / ReferenceGroup.count)
            if group[Int(block % ReferenceGroup.count)].isNone, !isDirty(file, block) {
                _ = try pageToChange(file, block, whole: true)
            }
            block += 1
        }
    }

    private func zeroPart(_ file: VolumeFile, _ block: UInt64, from start: Int, to end: Int) throws(VolumeError) {
        // A hole stays one.
        if file.pages[block] == nil, try group(file, block / ReferenceGroup.count)[Int(block % ReferenceGroup.count)].isNone {
            return
        }
        try makeRoomToShrink(pages: 1)
        let page = try changeablePage(file, block, whole: false)
        UnsafeMutableRawBufferPointer(start: page + start, count: end - start).initializeMemory(as: UInt8.self, repeating: 0)
    }

    private func dropBlocks(_ file: VolumeFile, _ first: UInt64, _ end: UInt64) throws(VolumeError) {
        dropPages(of: file, from: first, to: end)
        var next = ItemKey(file.number, .data, first / ReferenceGroup.count)
        while true {
            var found: (key: ItemKey, value: [UInt8])?
            try tree.scan(from: next) { key, value in
                found = (key, value)
                return false
            }
            guard let (key, value) = found, key.object == file.number, key.kind == .data,
                key.offset * ReferenceGroup.count < end
            else { return }
            guard var group = ReferenceGroup(decoding: value, limit: tree.map.total) else { throw .damaged(block: 0) }
            for place in 0..<ReferenceGroup.count {
                let block = key.offset * ReferenceGroup.count + place
                guard block >= first, block < end, !group[Int(place)].isNone else { continue }
                tree.map.release(group[Int(place)].block)
                group[Int(place)] = BlockReference()
                file.record.blocks -= min(file.record.blocks, 1)
            }
            if group.isEmpty { try tree.remove(key) } else { try tree.set(key, group.encoded) }
            next = ItemKey(file.number, .data, key.offset + 1)
        }
    }

    func dropPages(of file: VolumeFile, from first: UInt64, to end: UInt64 = .max) {
        var slots: [Int] = []
        file.pages.forEach { block, slot in
            if block >= first, block < end { slots.append(slot) }
        }
        for slot in slots { cache.remove(slot) }
    }

    /// The next byte at or behind `offset` that is in a block, or in none; `nil` behind the last one.
    public func next(_ file: VolumeFile, _ offset: UInt64, hole: Bool) throws(VolumeError) -> UInt64? {
        guard offset < file.record.size else { return nil }
        let size = UInt64(Block.byteCount)
        let last = (file.record.size + size - 1) / size
        var block = offset / size
        while block < last {
            let group = try group(file, block / ReferenceGroup.count)
            repeat {
                let isThere = !group[Int(block % ReferenceGroup.count)].isNone || isDirty(file, block)
                if isThere != hole { return max(offset, block * size) }
                block += 1
            } while block < last && block % ReferenceGroup.count != 0
        }
        return hole ? file.record.size : nil
    }

    private func isDirty(_ file: VolumeFile, _ block: UInt64) -> Bool {
        guard let slot = file.pages[block] else { return false }
        return cache.isDirty(slot)
    }
}
