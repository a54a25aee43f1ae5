/// Clear blocks of files in memory, up to a limit; the clean one used longest ago makes room.
final class PageCache {
    private struct Slot {
        var file: VolumeFile?
        var block: UInt64
        var isDirty: Bool
        var newer: Int
        var older: Int
    }

    let limit: Int
    private(set) var dirtyCount = 0
    private var slots: [Slot] = []
    private var memory: [UnsafeMutableRawPointer] = []
    private var free: [Int] = []
    private var newest = -1
    private var oldest = -1

    init(limit: Int) { self.limit = max(limit, 4 * Block.mostAtOnce) }

    deinit {
        for page in memory { page.deallocate() }
    }

    func find(_ file: VolumeFile, _ block: UInt64) -> Int? {
        guard let slot = file.pages[block] else { return nil }
        if slot != newest {
            unlink(slot)
            link(slot)
        }
        return slot
    }

    func page(_ slot: Int) -> UnsafeMutableRawPointer { memory[slot] }
    func isDirty(_ slot: Int) -> Bool { slots[slot].isDirty }

    /// A page for the block, with whatever was in it before; `nil` while all pages are dirty.
    func insert(_ file: VolumeFile, _ block: UInt64) -> Int? {
        guard let slot = free.popLast() ?? added() ?? evicted() else { return nil }
        slots[slot] = Slot(file: file, block: block, isDirty: false, newer: -1, older: -1)
        file.pages.set(block, slot)
        link(slot)
        return slot
    }

    private func added() -> Int? {
        guard slots.count < limit else { return nil }
        memory.append(.allocate(byteCount: Block.byteCount, alignment: 64))
        slots.append(Slot(file: nil, block: 0, isDirty: false, newer: -1, older: -1))
        return slots.count - 1
    }

    private func evicted() -> Int? {
        var slot = oldest
        while slot >= 0, slots[slot].isDirty { slot = slots[slot].newer }
        guard slot >= 0 else { return nil }
        detach(slot)
        return slot
    }

    /// Forgets a page, dirty or not.
    func remove(_ slot: Int) {
        detach(slot)
        free.append(slot)
    }

    private func detach(_ slot: Int) {
        setDirty(slot, false)
        slots[slot].file?.pages.remove(slots[slot].block)
        slots[slot].file = nil
        unlink(slot)
    }

    func setDirty(_ slot: Int, _ dirty: Bool) {
        guard slots[slot].isDirty != dirty else { return }
        slots[slot].isDirty = dirty
        dirtyCount += dirty ? 1 : -1
    }

    private func link(_ slot: Int) {
        slots[slot].older = newest
        slots[slot].newer = -1
        if newest >= 0 { slots[newest].newer = slot }
        newest = slot
        if oldest < 0 { oldest = slot }
    }

    private func unlink(_ slot: Int) {
        let newer = slots[slot].newer
        let older = slots[slot].older
        if newer >= 0 { slots[newer].older = older } else { newest = older }
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
    }
}
