import EnclaveCrypto
import Wire

/// The root filesystem: what the index proves, and nothing else.
///
/// Index blocks and file chunks come from the host when they are first needed and are used only after their digests were compared.
final class VerifiedFileSystem: FileSystem {
    private let index: IndexReader<HostIndexSource>
    let chunks: ChunkCache
    private var names: NameCache
    /// Directories with something mounted in them: their nodes must stay the ones that know it.
    private var pinned: [VerifiedNode] = []

    init(root: Digest, length: UInt64, cacheBytes: Int) throws(IndexError) {
        index = try IndexReader(source: HostIndexSource(), root: root, length: length)
        chunks = ChunkCache(limit: cacheBytes)
        names = NameCache(sets: 2048)
        super.init(typeName: "overlay", type: FileSystemType.overlay, readOnly: true)
        kernel.counters.indexBytesVerified = index.bytesFetched
    }

    func rootNode() throws(Errno) -> Node {
        let inode = try read(label: "inode 0") { (reader) throws(IndexError) in try reader.inode(0) }
        guard inode.type == FileKind.directory.bits else { throw .ENOTDIR }
        let node = VerifiedNode(self, 0, inode, parent: nil, name: [])
        pinned.append(node)
        return node
    }

    /// Keeps `directory` as the one node of its inode.
    func pin(_ directory: VerifiedNode) {
        for node in pinned where node === directory { return }
        pinned.append(directory)
    }

    /// BLOCKS.
    ///
    /// The nodes of names that were looked up before, present or absent, come without the index.
    func find(_ name: PathName, in directory: VerifiedNode) throws(Errno) -> Node? {
        if let known = names.find(name, in: directory.inodeNumber) { return known.node }
        let record = directory.inode
        let number = try read(label: "a directory") { (reader) throws(IndexError) -> UInt32? in
            try name.withBytes { (bytes) throws(IndexError) in try reader.lookup(bytes, in: record) }
        }
        guard let number else {
            names.insert(name, in: directory.inodeNumber, node: nil)
            return nil
        }
        for node in pinned where node.inodeNumber == number { return node }
        let inode = try read(label: "an inode") { (reader) throws(IndexError) in try reader.inode(number) }
        let node = VerifiedNode(self, number, inode, parent: directory, name: name.bytes)
        names.insert(name, in: directory.inodeNumber, node: node)
        return node
    }

    /// BLOCKS.
    ///
    /// Runs `body` on the index; what it finds wrong is logged and becomes EIO.
    func read<R>(
        label: StaticString, _ body: (IndexReader<HostIndexSource>) throws(IndexError) -> R
    ) throws(Errno) -> R {
        do throws(IndexError) {
            let result = try body(index)
            kernel.counters.indexBytesVerified = index.bytesFetched
            return result
        } catch {
            VerificationLog.index(error, reading: label)
            throw .EIO
        }
    }

    override func statistics() -> FileSystemRecord {
        var record = super.statistics()
        record.files = index.header.inodes.count
        record.blocks = index.header.digests.count * 4
        return record
    }
}
