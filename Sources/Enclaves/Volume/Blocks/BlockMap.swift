/// Which blocks are in use: by the last commit, by the next one, by both.
///
/// A block that the last commit refers to is not written again before the next commit is safe; so a crash at any instant finds the last
/// commit whole.
struct BlockMap {
    static let blocksPerGroup: UInt32 = 4096
    static let groupBytes = 512

    private(set) var total: UInt32 = 0
    private(set) var free: UInt32 = 0
    /// Not to be given out now.
    private var taken: [UInt64] = []
    /// As the next commit will show it.
    private var coming: [UInt64] = []
    /// Given out since the last commit.
    private var fresh: [UInt64] = []
    private var given: [UInt32] = []
    /// Free with the next commit.
    private var leaving: [UInt32] = []
    private var changed: [Bool] = []
    private var cursor = 0
    /// No word before this one has a free block.
    private var lowest = 0

    private static let wordsPerGroup = 64

    var groupCount: Int { changed.count }

    /// More blocks, or fewer where all those at the end are free.
    mutating func resize(to blocks: UInt32) {
        let groups = (Int(blocks) + Int(Self.blocksPerGroup) - 1) / Int(Self.blocksPerGroup)
        let old = changed.count
        if groups > old {
            let words = (groups - old) * Self.wordsPerGroup
            taken.append(contentsOf: [UInt64](repeating: 0, count: words))
            coming.append(contentsOf: [UInt64](repeating: 0, count: words))
            fresh.append(contentsOf: [UInt64](repeating: 0, count: words))
            changed.append(contentsOf: [Bool](repeating: true, count: groups - old))
        }
        free += blocks - total
        total = blocks
    }

    /// Takes a stored group over; false where it says something of blocks that are not there.
    mutating func load(group: Int, _ bytes: [UInt8]) -> Bool {
        guard group < changed.count, bytes.count == Self.groupBytes else { return false }
        for word in 0..<Self.wordsPerGroup {
            var value: UInt64 = 0
            for byte in 0..<8 { value |= UInt64(bytes[word * 8 + byte]) << UInt64(byte * 8) }
            let place = group * Self.wordsPerGroup + word
            let first = UInt64(place) * 64
            if first + 64 > UInt64(total), value != 0 {
                guard first < UInt64(total), value >> (UInt64(total) - first) == 0 else { return false }
            }
            taken[place] = value
            coming[place] = value
            free -= UInt32(value.nonzeroBitCount)
        }
        changed[group] = false
        return true
    }

    func encode(group: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.groupBytes)
        for word in group * Self.wordsPerGroup..<(group + 1) * Self.wordsPerGroup {
            for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: coming[word] >> UInt64(byte * 8))) }
        }
        return bytes
    }

    /// The groups that differ from what was stored of them; they count as stored from here on.
    mutating func takeChanged() -> [Int] {
        var groups: [Int] = []
        for group in changed.indices where changed[group] {
            groups.append(group)
            changed[group] = false
        }
        return groups
    }

    /// Blocks that are certainly used, such as the superblocks.
    mutating func reserve(_ block: UInt32) {
        set(block, &taken, true)
        set(block, &coming, true)
        changed[Int(block / Self.blocksPerGroup)] = true
        free -= 1
    }

    /// The next free block behind the one given out last, from the beginning of the volume again after each commit: blocks that were
    /// written before are cheaper for the host's file system than ones that never were.
    mutating func allocate() -> UInt32? {
        guard free > 0 else { return nil }
        while lowest < taken.count, taken[lowest] == .max { lowest += 1 }
        var word = max(cursor, lowest)
        for _ in 0...taken.count {
            if word >= taken.count { word = 0 }
            if taken[word] != .max {
                let bit = (~taken[word]).trailingZeroBitCount
                let block = UInt64(word) * 64 + UInt64(bit)
                if block < UInt64(total) {
                    cursor = word
                    take(UInt32(block))
                    return UInt32(block)
                }
            }
            word += 1
        }
        return nil
    }

    private mutating func take(_ block: UInt32) {
        set(block, &taken, true)
        set(block, &coming, true)
        set(block, &fresh, true)
        given.append(block)
        changed[Int(block / Self.blocksPerGroup)] = true
        free -= 1
    }

    mutating func release(_ block: UInt32) {
        guard block < total, isSet(block, coming) else { return }
        set(block, &coming, false)
        changed[Int(block / Self.blocksPerGroup)] = true
        if isSet(block, fresh) {
            set(block, &fresh, false)
            giveBack(block)
            free += 1
        } else {
            leaving.append(block)
        }
    }

    /// Free blocks once the next commit is safe.
    var freeAfterCommit: UInt32 { free + UInt32(leaving.count) }

    /// The commit is safe: what it no longer refers to can be used.
    mutating func committed() {
        for block in leaving { giveBack(block) }
        free += UInt32(leaving.count)
        leaving.removeAll(keepingCapacity: true)
        for block in given { set(block, &fresh, false) }
        given.removeAll(keepingCapacity: true)
        cursor = lowest
    }

    private mutating func giveBack(_ block: UInt32) {
        set(block, &taken, false)
        lowest = min(lowest, Int(block / 64))
    }

    func isTaken(_ block: UInt32) -> Bool { block < total && isSet(block, taken) }

    private func isSet(_ block: UInt32, _ words: [UInt64]) -> Bool { words[Int(block / 64)] >> UInt64(block % 64) & 1 != 0 }

    private func set(_ block: UInt32, _ words: inout [UInt64], _ on: Bool) {
        let bit = UInt64(1) << UInt64(block % 64)
        if on { words[Int(block / 64)] |= bit } else { words[Int(block / 64)] &= ~bit }
    }
}
