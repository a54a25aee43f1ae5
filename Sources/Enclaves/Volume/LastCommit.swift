/// Whether the newest commit is whole: a small one waits for the disk once, so after a failure of the machine its superblock may be there and
/// its blocks not.
///
/// The commit before it is whole then, and nothing that it refers to was written over.
struct LastCommit<Store: BlockStore> {
    private let superblock: Superblock
    private let blocks: SealedBlocks<Store>
    private let page = UnsafeMutableRawPointer.allocate(byteCount: Block.byteCount, alignment: 64)

    /// The superblock that counts, of those that are authentic, the newer one first; `nil` where none does.
    static func choose(_ found: [Superblock], _ blocks: SealedBlocks<Store>) throws(VolumeRefusal) -> Superblock? {
        guard let newest = found.first else { return nil }
        let length = blocks.store.blockCount
        do throws(VolumeError) {
            if newest.blockCount <= length {
                if newest.checkFrom == 0 { return newest }
                let commit = LastCommit(superblock: newest, blocks: blocks)
                defer { commit.page.deallocate() }
                if try commit.hasAll(below: newest.root, newest.rootLevel) { return newest }
            }
        } catch { throw .failed(error) }
        guard newest.checkFrom > 0, found.count == 2, found[1].generation + 1 == newest.generation, found[1].blockCount <= length
        else {
            return nil
        }
        return found[1]
    }

    /// Only nodes of this commit can refer to blocks of it.
    private func hasAll(below reference: BlockReference, _ level: UInt8) throws(VolumeError) -> Bool {
        guard superblock.isUnsure(reference) else { return true }
        guard try isThere(reference, .node), let node = TreeNode(decoding: page, level: level, limit: superblock.blockCount) else {
            return false
        }
        for child in node.children where !(try hasAll(below: child.reference, level - 1)) { return false }
        for place in node.values.indices where node.keys[place].kind == .data {
            guard let group = ReferenceGroup(decoding: node.values[place], limit: superblock.blockCount) else { return false }
            for data in group.references where superblock.isUnsure(data) {
                guard try isThere(data, .data) else { return false }
            }
        }
        return true
    }

    /// Whether the block is what was sealed; it is in the page then.
    private func isThere(_ reference: BlockReference, _ role: BlockCipher.Role) throws(VolumeError) -> Bool {
        do throws(VolumeError) { try blocks.read([reference], into: [page], role) } catch {
            if case .damaged = error { return false }
            throw error
        }
        return true
    }
}

extension LastCommit {
    /// Blocks that opening a volume may have to look at.
    static var mostUnsure: UInt64 { 2048 }
}
