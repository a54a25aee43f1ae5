import Wire

/// What the files, directories and links in kernel memory have in common: owner, mode, times, links, extended attributes.
class TemporaryNode: Node {
    final let temporary: TemporaryFileSystem
    /// The file of the image this node began as, whose contents and names count where nothing stands in front of them.
    final let image: VerifiedNode?
    final private(set) var mode: UInt32
    final private(set) var uid: UInt32
    final private(set) var gid: UInt32
    final private(set) var links: UInt32
    final private(set) var accessed: FileTime
    final private(set) var modified: FileTime
    final private(set) var changed: FileTime
    final let born: FileTime
    /// `nil`: those of the image.
    private final var attributes: [(name: Bytes, value: Bytes)]?

    private static let mostAttributes = 1024

    init(_ temporary: TemporaryFileSystem, kind: FileKind, mode: UInt32, uid: UInt32, gid: UInt32) {
        let now = FileTime.now()
        self.temporary = temporary
        image = nil
        self.mode = mode & 0o7777
        self.uid = uid
        self.gid = gid
        links = kind == .directory ? 2 : 1
        accessed = now
        modified = now
        changed = now
        born = now
        attributes = []
        super.init(fileSystem: temporary, number: temporary.newNumber(), kind: kind)
    }

    init(_ temporary: TemporaryFileSystem, image: VerifiedNode) {
        self.temporary = temporary
        self.image = image
        mode = image.inode.mode & 0o7777
        uid = image.inode.uid
        gid = image.inode.gid
        links = image.inode.linkCount
        accessed = image.modified
        modified = image.modified
        changed = image.modified
        born = image.modified
        attributes = image.inode.xattrLength == 0 ? [] : nil
        super.init(fileSystem: temporary, number: image.number, kind: image.kind)
    }

    deinit {
        if image != nil { temporary.imageNodeForgotten(number) }
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
        status.born = born
        return status
    }

    // MARK: Changing

    /// It is not what the image says any more.
    final func differs() {
        // Without a name nobody finds it again: whoever has it open keeps it.
        if image != nil, links > 0 { temporary.imageNodeChanged(self) }
    }

    final func contentChanged() {
        differs()
        modified = FileTime.now()
        changed = modified
    }

    final func statusChanged() {
        differs()
        changed = FileTime.now()
    }

    /// A name of it, or a directory in it, came or went.
    final func changeLinks(by count: Int) {
        links = UInt32(clamping: Int(links) + count)
        if kind != .directory { statusChanged() } else { differs() }
        if links == 0, image != nil { temporary.imageNodeUnlinked(self) }
    }

    final func clearLinks() { changeLinks(by: -Int(links)) }

    override final func setMode(_ mode: UInt32) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        self.mode = mode & 0o7777
        statusChanged()
    }

    override final func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        self.uid = uid ?? self.uid
        self.gid = gid ?? self.gid
        // As Linux: a file that changes hands loses its set-id bits.
        if kind == .regular { mode &= mode & 0o010 != 0 ? 0o1777 : 0o3777 }
        statusChanged()
    }

    /// As Linux: what somebody other than root writes to a program does not run with its owner's rights.
    final func dropSetIDs() {
        guard let process = currentThreadIfAny()?.process, process.euid != 0 else { return }
        mode &= mode & 0o010 != 0 ? 0o1777 : 0o3777
    }

    override final func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        self.accessed = accessed ?? self.accessed
        self.modified = modified ?? self.modified
        statusChanged()
    }

    // MARK: Extended attributes

    /// BLOCKS.
    private func loadAttributes() throws(Errno) -> [(name: Bytes, value: Bytes)] {
        if let attributes { return attributes }
        guard let image else { return [] }
        let loaded = try image.attributes()
        // Another thread may have changed them meanwhile.
        if let attributes { return attributes }
        attributes = loaded
        return loaded
    }

    override final func attribute(_ name: Bytes) throws(Errno) -> Bytes? {
        for attribute in try loadAttributes() where attribute.name == name { return attribute.value }
        return nil
    }

    override final func attributeNames() throws(Errno) -> [Bytes] {
        var names: [Bytes] = []
        for attribute in try loadAttributes() { names.append(attribute.name) }
        return names
    }

    override final func setAttribute(_ name: Bytes, _ value: Bytes?, flags: UInt32) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        var list = try loadAttributes()
        if let index = list.firstIndex(where: { $0.name == name }) {
            // XATTR_CREATE
            if flags & 1 != 0 { throw .EEXIST }
            if let value { list[index].value = value } else { list.remove(at: index) }
        } else {
            // XATTR_REPLACE, or a removal
            guard let value, flags & 2 == 0 else { throw .ENODATA }
            guard list.count < Self.mostAttributes, value.count <= 65536 else { throw .ENOSPC }
            list.append((name: name, value: value))
        }
        attributes = list
        statusChanged()
    }
}
