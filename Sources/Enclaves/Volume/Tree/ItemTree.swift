/// The one tree of a volume: every attribute, name and block reference is an item in it, and its root stands for all of them.
///
/// Nodes are read when they are needed and changed in memory; a changed node gets a new block with the next commit.
final class ItemTree<Store: BlockStore> {
    let blocks: SealedBlocks<Store>
    var map: BlockMap
    private(set) var root: TreeNode
    private(set) var rootReference: BlockReference
    private(set) var loaded = 1
    private(set) var dirty = 0
    private var clock: UInt64 = 0

    /// An empty tree.
    init(_ blocks: SealedBlocks<Store>, map: BlockMap) {
        self.blocks = blocks
        self.map = map
        root = TreeNode(level: 0)
        rootReference = BlockReference()
        root.isDirty = true
        dirty = 1
    }

    /// The tree below a stored root.
    init(_ blocks: SealedBlocks<Store>, map: BlockMap, root reference: BlockReference, level: UInt8) throws(VolumeError) {
        self.blocks = blocks
        self.map = map
        rootReference = reference
        root = try Self.read(reference, level, map.total, blocks)
    }

    private static func read(
        _ reference: BlockReference, _ level: UInt8, _ limit: UInt32, _ blocks: SealedBlocks<Store>
    ) throws(VolumeError) -> TreeNode {
        let page = UnsafeMutableRawPointer.allocate(byteCount: Block.byteCount, alignment: 64)
        defer { page.deallocate() }
        try blocks.read([reference], into: [page], .node)
        guard let node = TreeNode(decoding: page, level: level, limit: limit) else { throw .damaged(block: reference.block) }
        return node
    }

    private func child(_ node: TreeNode, _ place: Int) throws(VolumeError) -> TreeNode {
        if let known = node.children[place].node {
            known.use = clock
            return known
        }
        let read = try Self.read(node.children[place].reference, node.level - 1, map.total, blocks)
        node.children[place].node = read
        read.use = clock
        loaded += 1
        return read
    }

    // MARK: Looking

    func value(_ key: ItemKey) throws(VolumeError) -> [UInt8]? {
        clock += 1
        var node = root
        while !node.isLeaf { node = try child(node, node.childPlace(of: key)) }
        let place = node.place(of: key)
        return place < node.keys.count && node.keys[place] == key ? node.values[place] : nil
    }

    /// Goes through the items from `key` on, in order, until `body` says false; it must not change the tree.
    func scan(from key: ItemKey, _ body: (ItemKey, [UInt8]) -> Bool) throws(VolumeError) {
        clock += 1
        _ = try scan(root, key, body)
    }

    private func scan(_ node: TreeNode, _ key: ItemKey, _ body: (ItemKey, [UInt8]) -> Bool) throws(VolumeError) -> Bool {
        if node.isLeaf {
            for place in node.place(of: key)..<node.keys.count where !body(node.keys[place], node.values[place]) { return false }
            return true
        }
        for place in node.childPlace(of: key)..<node.children.count
        where !(try scan(try child(node, place), key, body)) { return false }
        return true
    }

    // MARK: Changing

    /// Marks a node that is about to differ from its stored form, whose block the next commit gives up.
    private func change(_ node: TreeNode, _ reference: inout BlockReference) {
        guard !node.isDirty else { return }
        node.isDirty = true
        dirty += 1
        map.release(reference.block)
        reference = BlockReference()
    }

    /// Puts an item in or replaces it; its value has at most `TreeNode.longestValue` bytes.
    func set(_ key: ItemKey, _ value: [UInt8]) throws(VolumeError) {
        guard value.count <= TreeNode.longestValue else { throw .tooLarge }
        clock += 1
        change(root, &rootReference)
        guard let right = try set(root, key, value) else { return }
        let above = TreeNode(level: root.level + 1)
        above.isDirty = true
        dirty += 1
        loaded += 1
        above.insertChild(root.keys[0], TreeNode.Child(reference: BlockReference(), node: root), at: 0)
        above.insertChild(right.keys[0], TreeNode.Child(reference: BlockReference(), node: right), at: 1)
        root = above
    }

    /// The new right neighbour where the node was split.
    private func set(_ node: TreeNode, _ key: ItemKey, _ value: [UInt8]) throws(VolumeError) -> TreeNode? {
        if node.isLeaf {
            let place = node.place(of: key)
            if place < node.keys.count, node.keys[place] == key {
                node.replaceItem(value, at: place)
            } else {
                node.insertItem(key, value, at: place)
            }
        } else {
            let place = node.childPlace(of: key)
            let below = try child(node, place)
            change(below, &node.children[place].reference)
            if let right = try set(below, key, value) {
                node.insertChild(right.keys[0], TreeNode.Child(reference: BlockReference(), node: right), at: place + 1)
            }
        }
        guard node.bytes > TreeNode.capacity else { return nil }
        dirty += 1
        loaded += 1
        return node.split()
    }

    /// Takes an item out; false where there is none.
    @discardableResult
    func remove(_ key: ItemKey) throws(VolumeError) -> Bool {
        guard try value(key) != nil else { return false }
        change(root, &rootReference)
        try remove(root, key)
        while !root.isLeaf, root.children.count == 1 {
            let only = try child(root, 0)
            let reference = root.children[0].reference
            giveUp(rootReference)
            root = only
            rootReference = reference
        }
        return true
    }

    private func remove(_ node: TreeNode, _ key: ItemKey) throws(VolumeError) {
        if node.isLeaf {
            node.removeItem(at: node.place(of: key))
            return
        }
        let place = node.childPlace(of: key)
        let below = try child(node, place)
        change(below, &node.children[place].reference)
        try remove(below, key)
        if below.bytes < TreeNode.capacity / 4 { try mergeChild(node, place) }
    }

    /// Joins a small child with a neighbour where both fit one node with room to spare.
    private func mergeChild(_ node: TreeNode, _ place: Int) throws(VolumeError) {
        for left in [place - 1, place] where left >= 0 && left + 1 < node.children.count {
            let first = try child(node, left)
            let second = try child(node, left + 1)
            let isEmpty = first.bytes == 0 || second.bytes == 0
            guard isEmpty || first.bytes + second.bytes <= TreeNode.capacity * 3 / 4 else { continue }
            change(first, &node.children[left].reference)
            change(second, &node.children[left + 1].reference)
            first.absorb(second, bound: node.keys[left + 1])
            giveUp(node.children[left + 1].reference)
            node.removeChild(at: left + 1)
            return
        }
    }

    /// A changed node goes; it has a block where a commit failed half way.
    private func giveUp(_ reference: BlockReference) {
        if !reference.isNone { map.release(reference.block) }
        dirty -= 1
        loaded -= 1
    }

    // MARK: Committing

    /// Gives every changed node a block, and stores the map of blocks with these very blocks in it.
    func assignBlocks() throws(VolumeError) {
        while true {
            try assign(root, &rootReference)
            let groups = map.takeChanged()
            if groups.isEmpty { return }
            for group in groups { try set(ItemKey(0, .map, UInt64(group)), map.encode(group: group)) }
        }
    }

    private func assign(_ node: TreeNode, _ reference: inout BlockReference) throws(VolumeError) {
        guard node.isDirty else { return }
        for place in node.children.indices {
            guard let below = node.children[place].node else { continue }
            try assign(below, &node.children[place].reference)
        }
        guard reference.isNone else { return }
        guard let block = map.allocate() else { throw .noSpace }
        reference.block = block
    }

    /// Writes every changed node to its block, children first, since their references are part of it.
    func writeNodes() throws(VolumeError) {
        let page = UnsafeMutableRawPointer.allocate(byteCount: Block.byteCount, alignment: 64)
        defer { page.deallocate() }
        try write(root, &rootReference, page)
        try blocks.flush()
    }

    private func write(_ node: TreeNode, _ reference: inout BlockReference, _ page: UnsafeMutableRawPointer) throws(VolumeError) {
        guard node.isDirty else { return }
        for place in node.children.indices {
            guard let below = node.children[place].node else { continue }
            try write(below, &node.children[place].reference, page)
        }
        node.encode(into: page)
        reference = try blocks.write(page, to: reference.block, .node)
        node.isDirty = false
        dirty -= 1
    }

    /// Forgets clean leaves that were not used lately when more than `limit` nodes are in memory.
    func trim(to limit: Int) {
        guard loaded > limit else { return }
        trim(root, before: clock &- min(clock, UInt64(limit / 4)))
        if loaded > limit { trim(root, before: clock) }
    }

    private func trim(_ node: TreeNode, before: UInt64) {
        for place in node.children.indices {
            guard let below = node.children[place].node else { continue }
            if !below.isLeaf { trim(below, before: before) }
            guard !below.isDirty, below.use < before, below.isLeaf || below.hasNoneLoaded else { continue }
            node.children[place].node = nil
            loaded -= 1
        }
    }
}

extension TreeNode {
    fileprivate var hasNoneLoaded: Bool {
        for child in children where child.node != nil { return false }
        return true
    }
}
