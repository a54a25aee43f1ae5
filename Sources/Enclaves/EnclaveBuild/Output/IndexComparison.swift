import EnclaveCrypto
import Wire

/// Compares the index of a built enclave with a tree on disk, name by name.
public struct IndexComparison {
    private let reader: IndexReader<IndexBytes>
    private let nodes: [IndexNode]

    /// Throws with the first name that differs.
    public static func check(
        _ enclave: BuiltFolder, _ tree: TreeNumber = .root, against filesystem: RootFilesystem
    ) throws(BuildError) {
        let known = enclave.identity(of: tree)
        guard try filesystem.index().root.bytes != known.root else { return }
        let difference: String?
        do throws(IndexError) {
            let root = Digest(bytes: known.root) ?? Digest()
            let reader = try IndexReader(source: IndexBytes(known.bytes), root: root, length: known.length)
            difference = try IndexComparison(reader: reader, nodes: filesystem.nodes).firstDifference(0, 0, "")
        } catch { difference = "the index of the enclave cannot be read" }
        throw BuildError(
            "the enclave is not for this \(tree == .root ? "root filesystem" : "folder")",
            why: difference ?? "the order of inodes differs",
            remedy: "restore the files or build the enclave again")
    }

    private func firstDifference(_ indexed: UInt32, _ found: UInt32, _ path: String) throws(IndexError) -> String? {
        let inode = try reader.inode(indexed)
        let node = nodes[Int(found)]
        let here = path.isEmpty ? "/" : path
        guard inode.mode == node.mode else { return "\(here) has another type or mode" }
        guard inode.uid == node.uid, inode.gid == node.gid else { return "\(here) has another owner" }
        switch node.content {
        case .file(let size, let digests, let sites): return try fileDifference(inode, size, digests, sites, node, here)
        case .link(let target): return try reader.linkTarget(of: inode) == target ? nil : "\(here) links elsewhere"
        case .special:
            let isSame = inode.deviceMajor == node.deviceMajor && inode.deviceMinor == node.deviceMinor
            return isSame ? nil : "\(here) is another device"
        case .directory(let entries): return try directoryDifference(inode, entries, node, path)
        }
    }

    private func fileDifference(
        _ inode: IndexInode, _ size: UInt64, _ digests: [UInt8], _ sites: [IndexSite], _ node: IndexNode, _ here: String
    ) throws(IndexError) -> String? {
        guard inode.size == size else { return "\(here) has \(size) bytes, the index says \(inode.size)" }
        for chunk in 0..<digests.count / IndexFormat.digestSize {
            let start = chunk * IndexFormat.digestSize
            let digest = try reader.chunkDigest(UInt64(chunk), of: inode).bytes
            guard digest.elementsEqual(digests[start..<start + IndexFormat.digestSize]) else {
                return "\(here) differs in chunk \(chunk) (bytes from \(chunk * IndexFormat.chunkSize))"
            }
        }
        guard try reader.sites(of: inode, from: 0, to: .max) == sites else { return "\(here) has other system-call sites" }
        return try commonDifference(inode, node, here)
    }

    private func directoryDifference(
        _ inode: IndexInode, _ entries: [IndexEntry], _ node: IndexNode, _ path: String
    ) throws(IndexError) -> String? {
        var indexed: [IndexEntry] = []
        for position in 0..<Int(inode.size) { indexed.append(try reader.entry(position, of: inode)) }
        for (a, b) in zip(indexed, entries) {
            let (left, right) = (
                path + "/" + String(decoding: a.name, as: UTF8.self), path + "/" + String(decoding: b.name, as: UTF8.self)
            )
            guard a.name == b.name else {
                return a.name.lexicographicallyPrecedes(b.name) ? "\(left) is missing" : "\(right) is not in the index"
            }
            if let difference = try firstDifference(a.inode, b.inode, left) { return difference }
        }
        if indexed.count > entries.count {
            return path + "/" + String(decoding: indexed[entries.count].name, as: UTF8.self) + " is missing"
        }
        if entries.count > indexed.count {
            return path + "/" + String(decoding: entries[indexed.count].name, as: UTF8.self) + " is not in the index"
        }
        return try commonDifference(inode, node, path.isEmpty ? "/" : path)
    }

    private func commonDifference(_ inode: IndexInode, _ node: IndexNode, _ here: String) throws(IndexError) -> String? {
        let isSameDate =
            inode.modificationSeconds == node.modificationSeconds
            && inode.modificationNanoseconds == node.modificationNanoseconds
        guard isSameDate else { return "\(here) has another modification time" }
        return try reader.xattrs(of: inode) == node.attributes ? nil : "\(here) has other extended attributes"
    }
}
