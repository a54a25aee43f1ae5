import Wire

/// A file of the verified tree: one inode record under one of its names.
final class VerifiedNode: Node {
    let inodeNumber: UInt32
    let inode: IndexInode
    private let verified: VerifiedFileSystem

    init(_ verified: VerifiedFileSystem, _ number: UInt32, _ inode: IndexInode, parent: Node?, name: Bytes) {
        self.verified = verified
        self.inode = inode
        inodeNumber = number
        // 0 is no file number a program expects.
        super.init(fileSystem: verified, number: UInt64(number) + 1, kind: FileKind(bits: inode.mode))
        self.parent = parent
        self.name = name
    }

    override func status() throws(Errno) -> FileStatus {
        var status = FileStatus()
        status.device = fileSystem.device
        status.number = number
        status.mode = inode.mode
        status.links = inode.linkCount
        status.uid = inode.uid
        status.gid = inode.gid
        status.represents = DeviceNumber.pack(inode.deviceMajor, inode.deviceMinor)
        status.size = kind == .directory ? 4096 : inode.size
        status.blocks = kind == .regular ? (inode.size + 511) / 512 : 0
        let time = FileTime(seconds: inode.modificationSeconds, nanoseconds: inode.modificationNanoseconds)
        status.accessed = time
        status.modified = time
        status.changed = time
        return status
    }

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        guard isDirectory else { throw .ENOTDIR }
        return try verified.find(name, in: self)
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] {
        guard isDirectory else { throw .ENOTDIR }
        let record = inode
        return try verified.read(label: "a directory") { (reader) throws(IndexError) in
            var list: [DirectoryEntry] = []
            for position in 0..<Int(truncatingIfNeeded: record.size) {
                let entry = try reader.entry(position, of: record)
                let kind = FileKind(bits: UInt32(entry.type) << 12)
                list.append(DirectoryEntry(name: entry.name, number: UInt64(entry.inode) + 1, kind: kind))
            }
            return list
        }
    }

    override func linkTarget(_ caller: Caller) throws(Errno) -> Bytes {
        guard kind == .link else { throw .EINVAL }
        let record = inode
        return try verified.read(label: "a symbolic link") { (reader) throws(IndexError) in try reader.linkTarget(of: record) }
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        switch kind {
        case .directory: return DirectoryFile(node: self, path: path, flags: flags)
        case .regular: return VerifiedFile(self, verified, path: path, flags: flags)
        // Device nodes and pipes of an image stand for nothing in here; those of /dev are the kernel's own.
        default: throw .ENXIO
        }
    }

    override func attribute(_ name: Bytes) throws(Errno) -> Bytes? {
        guard inode.xattrLength > 0 else { return nil }
        let record = inode
        return try verified.read(label: "extended attributes") { (reader) throws(IndexError) in
            try PathName(name).withBytes { (bytes) throws(IndexError) in try reader.xattr(bytes, of: record) }
        }
    }

    override func attributeNames() throws(Errno) -> [Bytes] {
        guard inode.xattrLength > 0 else { return [] }
        let record = inode
        return try verified.read(label: "extended attributes") { (reader) throws(IndexError) in
            var names: [Bytes] = []
            for attribute in try reader.xattrs(of: record) { names.append(attribute.name) }
            return names
        }
    }
    override func setAttribute(_ name: Bytes, _ value: Bytes?, flags: UInt32) throws(Errno) { throw .EROFS }
}
