import EnclaveCrypto
import Wire

/// The image or the folder of a verified mount: what the index proves, and nothing else.
///
/// Index blocks and file chunks come from the host when they are first needed and are used only after their digests were compared.
final class VerifiedFileSystem {
    /// More digests than any tree has are told apart by so many bits.
    static let digestBits: UInt64 = 32

    let tree: TreeNumber
    /// Where it is mounted, for the log; empty for the image.
    let place: Bytes
    private let index: IndexReader<HostIndexSource>
    let chunks: ChunkCache
    /// Bytes of the index that are in the counter already.
    private var counted: UInt64 = 0

    /// Verifies the top of the index; what is wrong with it is logged and becomes EIO.
    ///
    /// BLOCKS.
    init(_ tree: TreeNumber, at place: Bytes, root: Bytes, length: UInt64, chunks: ChunkCache) throws(Errno) {
        guard let digest = Digest(bytes: root) else {
            Host.log(.error, Bytes(text: "an index root in the configuration is not a SHA-256; build the enclave again"))
            throw .EINVAL
        }
        do throws(IndexError) {
            let cachedBlocks = tree == .root ? 512 : 128
            index = try IndexReader(source: HostIndexSource(tree), root: digest, length: length, cachedBlocks: cachedBlocks)
            guard index.header.digests.count < 1 << Self.digestBits else { throw .malformed }
        } catch {
            VerificationLog.index(error, of: place, reading: "the top of the tree")
            throw .EIO
        }
        self.tree = tree
        self.place = place
        self.chunks = chunks
        countIndexBytes()
    }

    private func countIndexBytes() {
        kernel.counters.indexBytesVerified &+= index.bytesFetched - counted
        counted = index.bytesFetched
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
            countIndexBytes()
            return result
        } catch {
            VerificationLog.index(error, of: place, reading: label)
            throw .EIO
        }
    }
}
