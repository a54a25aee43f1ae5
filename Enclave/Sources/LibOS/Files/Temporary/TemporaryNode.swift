/// What the files, directories and links of a tmpfs have in common: owner, mode, times, links, extended attributes.
class TemporaryNode: Node {
    final let temporary: TemporaryFileSystem
    final var mode: UInt32
    final var uid: UInt32
    final var gid: UInt32
    final var links: UInt32 = 1
    final var accessed: FileTime
    final var modified: FileTime
    final var changed: FileTime
    private final var attributes: [(name: Bytes, value: Bytes)] = []

    private static let mostAttributes = 64

    init(_ temporary: TemporaryFileSystem, kind: FileKind, mode: UInt32, uid: UInt32, gid: UInt32) {
        let now = FileTime.now()
        self.temporary = temporary
        self.mode = mode & 0o7777
        self.uid = uid
        self.gid = gid
        accessed = now
        modified = now
        changed = now
        super.init(fileSystem: temporary, number: temporary.newNumber(), kind: kind)
    }

    var size: UInt64 { 0 }
    var blocks: UInt64 { 0 }
    var represents: UInt64 { 0 }

    override final func status() throws(Errno) -> FileStatus {
        var status = FileStatus()
        status.device = fileSystem.device
        status.number = number
        status.mode = kind.bits | mode
        status.links = links
        status.uid = uid
        status.gid = gid
        status.represents = represents
        status.size = size
        status.blocks = blocks
        status.accessed = accessed
        status.modified = modified
        status.changed = changed
        return status
    }

    final func contentChanged() {
        modified = FileTime.now()
        changed = modified
    }

    override final func setMode(_ mode: UInt32) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        self.mode = mode & 0o7777
        changed = FileTime.now()
    }

    override final func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        self.uid = uid ?? self.uid
        self.gid = gid ?? self.gid
        // As Linux: a file that changes hands loses its set-id bits.
        if kind == .regular { mode &= mode & 0o010 != 0 ? 0o1777 : 0o3777 }
        changed = FileTime.now()
    }

    override final func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        self.accessed = accessed ?? self.accessed
        self.modified = modified ?? self.modified
        changed = FileTime.now()
    }

    override final func attribute(_ name: Bytes) throws(Errno) -> Bytes? {
        for attribute in attributes where attribute.name == name { return attribute.value }
        return nil
    }

    override final func attributeNames() throws(Errno) -> [Bytes] {
        var names: [Bytes] = []
        for attribute in attributes { names.append(attribute.name) }
        return names
    }

    override final func setAttribute(_ name: Bytes, _ value: Bytes?, flags: UInt32) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        for index in 0..<attributes.count where attributes[index].name == name {
            // XATTR_CREATE
            if flags & 1 != 0 { throw .EEXIST }
            if let value { attributes[index].value = value } else { attributes.remove(at: index) }
            changed = FileTime.now()
            return
        }
        // XATTR_REPLACE, or a removal
        guard let value, flags & 2 == 0 else { throw .ENODATA }
        guard attributes.count < Self.mostAttributes, value.count <= 65536 else { throw .ENOSPC }
        attributes.append((name: name, value: value))
        changed = FileTime.now()
    }
}
