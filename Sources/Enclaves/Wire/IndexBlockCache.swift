/// Verified blocks by number: sets of eight, the least recently used of a set makes room.
struct IndexBlockCache {
    private static let ways = 8

    private struct Slot {
        var number: UInt64 = 0
        var used: UInt64 = 0
        var block: IndexBlock?
    }

    private var slots: [Slot]
    private let sets: UInt64
    private var tick: UInt64 = 0

    init(capacity: Int) {
        let sets = max(1, capacity / Self.ways)
        self.sets = UInt64(sets)
        slots = [Slot](repeating: Slot(), count: sets * Self.ways)
    }

    mutating func block(_ number: UInt64) -> IndexBlock? {
        let first = firstSlot(number)
        for index in first..<first + Self.ways where slots[index].number == number {
            guard let block = slots[index].block else { continue }
            tick += 1
            slots[index].used = tick
            return block
        }
        return nil
    }

    /// Keeps `block`, unless another thread verified the same one meanwhile.
    mutating func insert(_ block: IndexBlock, number: UInt64) {
        guard self.block(number) == nil else { return }
        let first = firstSlot(number)
        var oldest = first
        for index in first..<first + Self.ways where slots[index].used < slots[oldest].used { oldest = index }
        tick += 1
        slots[oldest] = Slot(number: number, used: tick, block: block)
    }

    private func firstSlot(_ number: UInt64) -> Int { Int(number % sets) * Self.ways }
}
