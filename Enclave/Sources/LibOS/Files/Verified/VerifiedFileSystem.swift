import EnclaveCrypto
import Wire

/// The image: what the index proves, and nothing else.
///
/// Index blocks and file chunks come from the host when they are first needed and are used only after their digests were compared.
final class VerifiedFileSystem {
    private let index: IndexReader<HostIndexSource>
    let chunks: ChunkCache

    init(root: Digest, length: UInt64, cacheBytes: Int) throws(IndexError) {
        index = try IndexReader(source: HostIndexSource(), root: root, length: length)
        chunks = ChunkCache(limit: cacheBytes)
        kernel.counters.indexBytesVerified = index.bytesFetched
    }

    var inodeCount: UInt64 { index.header.inodes.count }
    /// Blocks of 4 KiB that the contents of all files fill.
    var blockCount: UInt64 { index.header.digests.count * 4 }

    func root() throws(Errno) -> VerifiedNode {
        let inode = try read(label: "inode 0") { (reader) throws(IndexError) in try reader.inode(0) }
        guard inode.type == FileKind.directory.bits else { throw .ENOTDIR }
        return VerifiedNode(self, 0, inode, parent: nil, name: [])
    }

    /// BLOCKS.
    func find(_ name: PathName, in directory: VerifiedNode) throws(Errno) -> VerifiedNode? {
        let record = directory.inode
        let number = try read(label: "a directory") { (reader) throws(IndexError) -> UInt32? in
            try name.withBytes { (bytes) throws(IndexError) in try reader.lookup(bytes, in: record) }
        }
        guard let number else { return nil }
        let inode = try read(label: "an inode") { (reader) throws(IndexError) in try reader.inode(number) }
        return VerifiedNode(self, number, inode, parent: directory, name: name.bytes)
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
}
