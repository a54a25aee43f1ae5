import Wire

/// A file of the image: one inode record of the index under one of its names.
///
/// It never changes. What a program sees of it, and changes about it, is a node of the root filesystem that stands in front.
final class VerifiedNode {
    let verified: VerifiedFileSystem
    let inodeNumber: UInt32
    let inode: IndexInode
    /// Where the host finds it; renaming inside does not change that.
    private let parent: VerifiedNode?
    private let name: Bytes

    init(_ verified: VerifiedFileSystem, _ number: UInt32, _ inode: IndexInode, parent: VerifiedNode?, name: Bytes) {
        self.verified = verified
        self.inode = inode
        inodeNumber = number
        self.parent = parent
        self.name = name
    }

    var kind: FileKind { FileKind(bits: inode.mode) }
    /// 0 is no file number a program expects.
    var number: UInt64 { UInt64(inodeNumber) + 1 }
    var modified: FileTime { FileTime(seconds: inode.modificationSeconds, nanoseconds: inode.modificationNanoseconds) }

    /// The absolute path in its tree.
    var path: Bytes {
        guard let parent else { return [] }
        return parent.path + [47] + name
    }

    /// BLOCKS.
    func entries() throws(Errno) -> [DirectoryEntry] {
        let record = inode
        return try verified.read(label: "a directory") { (reader) throws(IndexError) in
            var list: [DirectoryEntry] = []
            list.reserveCapacity(Int(truncatingIfNeeded: record.size))
            for position in 0..<Int(truncatingIfNeeded: record.size) {
                let entry = try reader.entry(position, of: record)
                let kind = FileKind(bits: UInt32(entry.type) << 12)
                list.append(DirectoryEntry(name: entry.name, number: UInt64(entry.inode) + 1, kind: kind))
            }
            return list
        }
    }

    /// BLOCKS.
    func linkTarget() throws(Errno) -> Bytes {
        let record = inode
        return try verified.read(label: "a symbolic link") { (reader) throws(IndexError) in try reader.linkTarget(of: record) }
    }

    /// BLOCKS.
    func attributes() throws(Errno) -> [(name: Bytes, value: Bytes)] {
        guard inode.xattrLength > 0 else { return [] }
        let record = inode
        return try verified.read(label: "extended attributes") { (reader) throws(IndexError) in
            var list: [(name: Bytes, value: Bytes)] = []
            for attribute in try reader.xattrs(of: record) { list.append((name: attribute.name, value: attribute.value)) }
            return list
        }
    }

    /// BLOCKS.
    func sites(from: UInt32, to: UInt32) throws(Errno) -> [IndexSite] {
        let record = inode
        return try verified.read(label: "system-call sites") { (reader) throws(IndexError) in
            try reader.sites(of: record, from: from, to: to)
        }
    }

    /// Verified bytes around an offset, so many chunks of them when they are not there yet; `nil` behind the end of the file.
    ///
    /// BLOCKS.
    func run(at offset: UInt64, wanted: Int) throws(Errno) -> VerifiedRun? {
        guard offset < inode.size else { return nil }
        let chunk = offset / UInt64(IndexFormat.chunkSize)
        let found = try verified.chunk(chunk, of: self, wanted: wanted)
        return VerifiedRun(run: found.run, start: chunk * UInt64(IndexFormat.chunkSize) - UInt64(found.offset))
    }

    /// Pages were made of the run: what stands in mappings as a whole need not stay in kernel memory as well.
    func noteMapped(_ run: VerifiedRun) {
        if run.run.isMapped { verified.chunks.retire(run.run) }
    }
}
