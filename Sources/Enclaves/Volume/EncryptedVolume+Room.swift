/// What a change does to the number of blocks in use, which says how far it may go into the last free ones.
public enum VolumeChange: Sendable {
    /// There is more afterwards: refused first.
    case growing
    /// Something takes the place of what was there.
    case changing
    /// There is less afterwards: as long as anything can be stored, this can.
    case shrinking

    /// Steps for which room must be left.
    fileprivate var stepsLeft: Int {
        switch self {
        case .growing: 2
        case .changing: 1
        case .shrinking: 0
        }
    }
}

/// Room: nothing is changed in memory that the next commit could not write, since it writes to free blocks only, also what frees others.
extension EncryptedVolume {
    /// Before each change: makes sure that all that is changed, this step and `pages` more can be written.
    public func makeRoom(_ change: VolumeChange = .growing, pages: Int = 0) throws(VolumeError) {
        guard !isStopped else { throw .stopped }
        if tree.dirty > limits.nodes / 2 { try commit() }
        tree.trim(to: limits.nodes)
        guard !hasRoom(change, pages) else { return }
        // Where much would be free a commit is better than a longer volume.
        if Int(tree.map.freeAfterCommit) > max(Int(tree.map.total / 4), 2 * need(change, pages)) { try commit() }
        guard !hasRoom(change, pages) else { return }
        do throws(VolumeError) { try grow(by: UInt32(clamping: need(change, pages) - Int(tree.map.free))) } catch {
            // What was freed since the last commit may be enough.
            try commit()
            guard hasRoom(change, pages) else { throw error }
        }
    }

    /// The same before less is stored; a volume that was filled to the brim without a reserve may still come out of it.
    func makeRoomToShrink(pages: Int = 0) throws(VolumeError) {
        do throws(VolumeError) { try makeRoom(.shrinking, pages: pages) } catch {
            guard error == .noSpace else { throw error }
        }
    }

    func hasRoom(_ change: VolumeChange, _ pages: Int) -> Bool { Int(tree.map.free) >= need(change, pages) }

    /// Blocks that a program cannot have: what a commit and the changes that must always be possible may need.
    public var reservedBlocks: UInt32 { UInt32(clamping: mapNodes + VolumeChange.growing.stepsLeft * step) }

    private func need(_ change: VolumeChange, _ pages: Int) -> Int {
        let groups = pages == 0 ? 0 : pages / Int(ReferenceGroup.count) + 2
        let items = (dirtyGroups + groups + changedFiles.count) * itemNodes
        return cache.dirtyCount + pages + items + tree.dirty + mapNodes + (1 + change.stepsLeft) * step
    }

    /// Nodes that putting one item in may change or make: its leaf, a new neighbour, and those above; one more level may come meanwhile.
    private var itemNodes: Int { Int(tree.root.level) + 3 }

    /// Blocks that one change may need: an item here and there, with neighbours that are joined, and the rest of a page that was cut.
    private var step: Int { 16 * itemNodes + 2 }

    /// Nodes with the map of blocks, all of which a commit may change: a leaf has at least three groups.
    private var mapNodes: Int {
        let leaves = tree.map.groupCount / 3 + 2
        return leaves + leaves / 16 + itemNodes
    }

    /// Lengthens the volume by `missing` blocks at least.
    private func grow(by missing: UInt32) throws(VolumeError) {
        let total = tree.map.total
        let step = max(Self.firstBlocks, min(total / 8, 65536))
        let (target, overflow) = total.addingReportingOverflow(max(step, missing))
        let wanted = min(overflow ? UInt32.max : target, limits.mostBlocks)
        guard wanted > total, wanted - total >= missing else { throw .noSpace }
        do throws(VolumeError) { try blocks.store.resize(to: wanted) } catch {
            throw error == .host(28) ? .noSpace : error
        }
        tree.map.resize(to: wanted)
    }
}
