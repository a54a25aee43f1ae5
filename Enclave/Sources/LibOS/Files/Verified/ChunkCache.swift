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
    /// Runs that stand in mappings as a whole, those that did so first in front.
    private var retired: [ChunkRun] = []
    private var retiredBytes = 0

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
        run.slot = slot
        for index in 0..<run.count {
            let key = run.firstKey + UInt64(index)
            if places[key] == nil { places.set(key, slot) }
        }
    }

    /// Keeps a run that stands in mappings for a while only: a second program, or the same one again, finds what was mapped last.
    func retire(_ run: ChunkRun) {
        guard run.slot != nil, !run.isRetired else { return }
        run.isRetired = true
        retired.append(run)
        retiredBytes += run.length
        while retiredBytes > limit / 8 {
            let first = retired.removeFirst()
            retiredBytes -= first.length
            if let slot = first.slot { evict(slot) }
        }
    }

    private func evict(_ slot: Int) {
        guard let run = slots[slot].run else { return }
        run.slot = nil
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
