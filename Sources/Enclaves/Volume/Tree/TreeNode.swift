/// A node of the tree in memory: items in a leaf (level 0), children above.
///
/// Stored in one block: u8 level, u8 zero, u16 count, u32 zero; then for each item key, u16 length and value, or for each child key and
/// reference. The key of a child is a lower bound of the keys below it; that of the first child is not looked at.
final class TreeNode {
    static let headerBytes = 8
    /// What items or children of one node may take.
    static let capacity = Block.byteCount - headerBytes
    /// With items of this size at most, the two halves of a node that is split fit.
    static let longestValue = 1280
    static let deepest: UInt8 = 12
    private static let childBytes = ItemKey.byteCount + BlockReference.byteCount

    struct Child {
        var reference: BlockReference
        var node: TreeNode?
    }

    let level: UInt8
    var keys: [ItemKey] = []
    var values: [[UInt8]] = []
    var children: [Child] = []
    /// Encoded size without the header.
    var bytes = 0
    var isDirty = false
    /// When it was last gone through.
    var use: UInt64 = 0

    init(level: UInt8) { self.level = level }

    var isLeaf: Bool { level == 0 }

    static func size(of value: [UInt8]) -> Int { ItemKey.byteCount + 2 + value.count }

    /// The first place whose key is not below `key`.
    func place(of key: ItemKey) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The child whose subtree holds `key`, if any does.
    func childPlace(of key: ItemKey) -> Int {
        let place = place(of: key)
        if place < keys.count, keys[place] == key { return place }
        return max(0, place - 1)
    }

    // MARK: Changing

    func insertItem(_ key: ItemKey, _ value: [UInt8], at place: Int) {
        keys.insert(key, at: place)
        values.insert(value, at: place)
        bytes += Self.size(of: value)
    }

    func replaceItem(_ value: [UInt8], at place: Int) {
        bytes += value.count - values[place].count
        values[place] = value
    }

    func removeItem(at place: Int) {
        bytes -= Self.size(of: values[place])
        keys.remove(at: place)
        values.remove(at: place)
    }

    func insertChild(_ key: ItemKey, _ child: Child, at place: Int) {
        keys.insert(key, at: place)
        children.insert(child, at: place)
        bytes += Self.childBytes
    }

    func removeChild(at place: Int) {
        keys.remove(at: place)
        children.remove(at: place)
        bytes -= Self.childBytes
    }

    /// Moves the upper half by size to a new node.
    func split() -> TreeNode {
        let right = TreeNode(level: level)
        right.isDirty = true
        right.use = use
        var kept = 0
        var place = 0
        while place < keys.count - 1 {
            let size = isLeaf ? Self.size(of: values[place]) : Self.childBytes
            if kept + size > bytes / 2, place > 0 { break }
            kept += size
            place += 1
        }
        right.keys = [ItemKey](keys[place...])
        keys.removeSubrange(place...)
        if isLeaf {
            right.values = [[UInt8]](values[place...])
            values.removeSubrange(place...)
        } else {
            right.children = [Child](children[place...])
            children.removeSubrange(place...)
        }
        right.bytes = bytes - kept
        bytes = kept
        return right
    }

    /// Takes over everything of its right neighbour, whose lower bound is `bound`.
    func absorb(_ right: TreeNode, bound: ItemKey) {
        let joint = keys.count
        keys.append(contentsOf: right.keys)
        if !isLeaf, joint < keys.count { keys[joint] = bound }
        values.append(contentsOf: right.values)
        children.append(contentsOf: right.children)
        bytes += right.bytes
    }

    // MARK: Stored form

    func encode(into page: UnsafeMutableRawPointer) {
        UnsafeMutableRawBufferPointer(start: page, count: Block.byteCount).initializeMemory(as: UInt8.self, repeating: 0)
        page.storeBytes(of: level, as: UInt8.self)
        page.storeBytes(of: UInt16(truncatingIfNeeded: keys.count).littleEndian, toByteOffset: 2, as: UInt16.self)
        var at = Self.headerBytes
        for place in keys.indices {
            keys[place].encode(into: page + at)
            at += ItemKey.byteCount
            if isLeaf {
                let value = values[place]
                page.storeBytes(of: UInt16(truncatingIfNeeded: value.count).littleEndian, toByteOffset: at, as: UInt16.self)
                value.withUnsafeBytes { raw in
                    if let start = raw.baseAddress { (page + at + 2).copyMemory(from: start, byteCount: raw.count) }
                }
                at += 2 + value.count
            } else {
                children[place].reference.encode(into: page + at)
                at += BlockReference.byteCount
            }
        }
    }

    /// `nil` where the bytes are not those of a node of this level with references below `limit`.
    convenience init?(decoding page: UnsafeRawPointer, level: UInt8, limit: UInt32) {
        guard level <= Self.deepest, page.load(as: UInt8.self) == level else { return nil }
        self.init(level: level)
        let count = Int(UInt16(littleEndian: page.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        guard count <= Self.capacity / (ItemKey.byteCount + 2) else { return nil }
        keys.reserveCapacity(count)
        var at = Self.headerBytes
        for _ in 0..<count {
            guard at + ItemKey.byteCount + 2 <= Block.byteCount else { return nil }
            let key = ItemKey(decoding: page + at)
            if let last = keys.last, key <= last { return nil }
            keys.append(key)
            at += ItemKey.byteCount
            guard let size = isLeaf ? takeValue(page, at) : takeChild(page, at, limit) else { return nil }
            at += size
        }
        bytes = at - Self.headerBytes
        if !isLeaf, count == 0 { return nil }
    }

    private func takeValue(_ page: UnsafeRawPointer, _ at: Int) -> Int? {
        let length = Int(UInt16(littleEndian: page.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
        guard length <= Self.longestValue, at + 2 + length <= Block.byteCount else { return nil }
        values.append([UInt8](UnsafeRawBufferPointer(start: page + at + 2, count: length)))
        return 2 + length
    }

    private func takeChild(_ page: UnsafeRawPointer, _ at: Int, _ limit: UInt32) -> Int? {
        guard at + BlockReference.byteCount <= Block.byteCount else { return nil }
        let reference = BlockReference(decoding: page + at)
        guard reference.block >= Superblock.copies, reference.block < limit else { return nil }
        children.append(Child(reference: reference, node: nil))
        return BlockReference.byteCount
    }
}
