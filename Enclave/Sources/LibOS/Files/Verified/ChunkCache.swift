import Wire

/// Verified chunks by the number of their digest, up to a limit of bytes; the run used longest ago makes room.
final class ChunkCache {
    private struct Slot {
        var run: ChunkRun?
        var newer: Int
        var older: Int
    }

    private let limit: Int
    private(set) var bytes = 0
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var places = IntegerTable<Int>()
    private var newest = -1
    private var oldest = -1

    init(limit: Int) { self.limit = limit }

    func find(_ key: UInt64) -> ChunkRun? {
        guard let slot = places[key] else { return nil }
        if slot != newest {
            unlink(slot)
            link(slot)
        }
        return slots[slot].run
    }

    func contains(_ key: UInt64) -> Bool { places[key] != nil }

    /// Chunks that another thread brought meanwhile stay where they are.
    func insert(_ run: ChunkRun) {
        while bytes + run.length > limit, oldest >= 0 { evict(oldest) }
        let slot = free.popLast() ?? slots.count
        let filled = Slot(run: run, newer: -1, older: -1)
        if slot == slots.count { slots.append(filled) } else { slots[slot] = filled }
        bytes += run.length
        link(slot)
        for index in 0..<run.count {
            let key = run.firstKey + UInt64(index)
            if places[key] == nil { places.set(key, slot) }
        }
    }

    private func evict(_ slot: Int) {
        guard let run = slots[slot].run else { return }
        for index in 0..<run.count {
            let key = run.firstKey + UInt64(index)
            if places[key] == slot { places.remove(key) }
        }
        unlink(slot)
        bytes -= run.length
        slots[slot].run = nil
        free.append(slot)
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
