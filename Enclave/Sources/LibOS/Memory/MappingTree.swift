/// The mappings of an address space by address: a treap in which every subtree knows its widest hole.
///
/// Finding, inserting and removing a mapping and finding a free range take a number of steps logarithmic in the number of mappings.
struct MappingTree {
    private struct Node {
        var mapping: Mapping
        var priority: UInt32
        var left: Int32 = -1
        var right: Int32 = -1
        /// Of the subtree: its first byte, its end, its widest hole between two mappings.
        var low: UInt64 = 0
        var high: UInt64 = 0
        var widest: UInt64 = 0
    }

    private var nodes: [Node] = []
    private var unused: [Int32] = []
    private var root: Int32 = -1
    private var seed: UInt32 = 0x9e37_79b9
    private(set) var count = 0
    /// Bytes of all mappings.
    private(set) var bytes: UInt64 = 0

    // MARK: Finding

    /// The first mapping that ends above `address`.
    func first(endingAbove address: UInt64) -> Mapping? {
        let place = place(endingAbove: address)
        return place < 0 ? nil : nodes[Int(place)].mapping
    }

    private func place(endingAbove address: UInt64) -> Int32 {
        var found: Int32 = -1
        var at = root
        while at >= 0 {
            if nodes[Int(at)].mapping.end > address {
                found = at
                at = nodes[Int(at)].left
            } else {
                at = nodes[Int(at)].right
            }
        }
        return found
    }

    /// The mapping that ends exactly at `address`.
    func last(endingAt address: UInt64) -> Mapping? {
        guard address > 0, let mapping = first(endingAbove: address - 1), mapping.end == address else { return nil }
        return mapping
    }

    /// Calls `body` for every mapping that has a part in the range, in order; what it changes of them is not seen here.
    func forEach(_ from: UInt64, _ to: UInt64, _ body: (Mapping) -> Void) {
        var at = from
        while at < to, let mapping = first(endingAbove: at), mapping.start < to {
            body(mapping)
            at = mapping.end
        }
    }

    /// The highest free range of `length` bytes between `floor` and `ceiling`, of which the start is a multiple of `alignment`.
    func highestHole(_ length: UInt64, from floor: UInt64, to ceiling: UInt64, alignment: UInt64 = 4096) -> UInt64? {
        let wanted = Hole(length: length, floor: floor, ceiling: ceiling, mask: alignment - 1)
        return hole(wanted, below: root, after: floor, before: ceiling)
    }

    private struct Hole {
        let length: UInt64
        let floor: UInt64
        let ceiling: UInt64
        let mask: UInt64

        /// Its place at the end of a free range.
        func place(_ from: UInt64, _ to: UInt64) -> UInt64? {
            let from = max(from, floor)
            let to = min(to, ceiling)
            guard to > from, to - from >= length else { return nil }
            let start = (to - length) & ~mask
            return start >= from ? start : nil
        }
    }

    /// `after` and `before`: where the mappings around the subtree end and begin.
    private func hole(_ wanted: Hole, below at: Int32, after: UInt64, before: UInt64) -> UInt64? {
        guard after < wanted.ceiling, before > wanted.floor else { return nil }
        guard at >= 0 else { return wanted.place(after, before) }
        let node = nodes[Int(at)]
        let outside = max(node.low > after ? node.low - after : 0, before > node.high ? before - node.high : 0)
        guard max(node.widest, outside) >= wanted.length else { return nil }
        return hole(wanted, below: node.right, after: node.mapping.end, before: before)
            ?? hole(wanted, below: node.left, after: after, before: node.mapping.start)
    }

    // MARK: Changing

    /// Puts a mapping in where nothing is.
    mutating func insert(_ mapping: Mapping) {
        seed ^= seed << 13
        seed ^= seed >> 17
        seed ^= seed << 5
        let node = Node(mapping: mapping, priority: seed)
        let place: Int32
        if let free = unused.popLast() {
            place = free
            nodes[Int(free)] = node
        } else {
            place = Int32(nodes.count)
            nodes.append(node)
        }
        let (left, right) = split(root, at: mapping.start)
        update(place)
        root = join(join(left, place), right)
        count += 1
        bytes += mapping.length
    }

    /// Takes out the mapping that begins at `start`.
    ///
    /// The caller holds the result until all its own changes are made: with the last piece of a file's mapping the file may be closed.
    mutating func remove(startingAt start: UInt64) -> Mapping? {
        let (left, rest) = split(root, at: start)
        let (one, right) = split(rest, at: start + 1)
        root = join(left, right)
        guard one >= 0 else { return nil }
        let mapping = nodes[Int(one)].mapping
        nodes[Int(one)].mapping.mapped = nil
        unused.append(one)
        count -= 1
        bytes -= mapping.length
        return mapping
    }

    /// Changes the mapping that begins at `start` in everything but its place.
    mutating func change(startingAt start: UInt64, _ body: (inout Mapping) -> Void) {
        let place = place(endingAbove: start)
        guard place >= 0, nodes[Int(place)].mapping.start == start else { return }
        body(&nodes[Int(place)].mapping)
    }

    private mutating func update(_ at: Int32) {
        let left = nodes[Int(at)].left
        let right = nodes[Int(at)].right
        let start = nodes[Int(at)].mapping.start
        let end = nodes[Int(at)].mapping.end
        var widest: UInt64 = 0
        nodes[Int(at)].low = start
        nodes[Int(at)].high = end
        if left >= 0 {
            widest = max(nodes[Int(left)].widest, start - nodes[Int(left)].high)
            nodes[Int(at)].low = nodes[Int(left)].low
        }
        if right >= 0 {
            widest = max(widest, nodes[Int(right)].widest, nodes[Int(right)].low - end)
            nodes[Int(at)].high = nodes[Int(right)].high
        }
        nodes[Int(at)].widest = widest
    }

    /// What begins below `key`, and the rest.
    private mutating func split(_ at: Int32, at key: UInt64) -> (Int32, Int32) {
        guard at >= 0 else { return (-1, -1) }
        if nodes[Int(at)].mapping.start < key {
            let (middle, right) = split(nodes[Int(at)].right, at: key)
            nodes[Int(at)].right = middle
            update(at)
            return (at, right)
        }
        let (left, middle) = split(nodes[Int(at)].left, at: key)
        nodes[Int(at)].left = middle
        update(at)
        return (left, at)
    }

    /// Everything in `left` lies below everything in `right`.
    private mutating func join(_ left: Int32, _ right: Int32) -> Int32 {
        if left < 0 { return right }
        if right < 0 { return left }
        if nodes[Int(left)].priority > nodes[Int(right)].priority {
            let joined = join(nodes[Int(left)].right, right)
            nodes[Int(left)].right = joined
            update(left)
            return left
        }
        let joined = join(left, nodes[Int(right)].left)
        nodes[Int(right)].left = joined
        update(right)
        return right
    }
}
