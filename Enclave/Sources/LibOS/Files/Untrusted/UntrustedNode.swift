import Wire

/// What the host says is a file in an untrusted mount, by one of its names; of kinds that cannot be opened, nothing but that.
class UntrustedNode: Node {
    final let mount: UntrustedFileSystem
    /// `nil` at the mount's source.
    private(set) final var directory: UntrustedDirectory?
    private final var entry: Bytes

    init(_ mount: UntrustedFileSystem, number: UInt64, kind: FileKind, in directory: UntrustedDirectory?, as name: Bytes) {
        self.mount = mount
        self.directory = directory
        entry = name
        super.init(fileSystem: mount, number: number, kind: kind)
        if kind == .directory {
            parent = directory
            self.name = name
        }
    }

    deinit { mount.forget(self) }

    final func isAt(_ name: Bytes, in directory: UntrustedDirectory) -> Bool { self.directory === directory && entry == name }

    final func place(in directory: UntrustedDirectory, as name: Bytes) {
        self.directory = directory
        entry = name
        guard isDirectory else { return }
        parent = directory
        self.name = name
    }

    /// The path below the mount's source.
    final var inner: Bytes {
        var names: [Bytes] = []
        var node: UntrustedNode = self
        while let above = node.directory {
            names.append(node.entry)
            node = above
        }
        var path: Bytes = []
        for name in names.reversed() {
            if !path.isEmpty { path.append(47) }
            path.append(contentsOf: name)
        }
        return path
    }

    override final func status() throws(Errno) -> FileStatus { try fileStatus(try HostUntrusted.status(mount.mount, inner)) }

    /// ESTALE when the host says that it is something else now.
    final func fileStatus(_ told: UntrustedStatus) throws(Errno) -> FileStatus {
        guard FileKind(bits: told.mode) == kind else { throw .ESTALE }
        var status = FileStatus()
        status.device = fileSystem.device
        status.number = number
        status.mode = told.mode
        status.links = told.links
        status.uid = told.uid
        status.gid = told.gid
        status.size = told.size
        status.blocks = told.blocks
        status.accessed = FileTime(seconds: told.times[0].seconds, nanoseconds: told.times[0].nanoseconds)
        status.modified = FileTime(seconds: told.times[1].seconds, nanoseconds: told.times[1].nanoseconds)
        status.changed = FileTime(seconds: told.times[2].seconds, nanoseconds: told.times[2].nanoseconds)
        return status
    }

    // MARK: Changing

    private final func change(_ change: UntrustedChange, and more: Bytes = [], _ value: UInt64 = 0) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        try HostUntrusted.change(change, mount.mount, inner, and: more, value)
    }

    override final func setMode(_ mode: UInt32) throws(Errno) { try change(.setMode, UInt64(mode & 0o7777)) }

    override final func setOwner(uid: UInt32?, gid: UInt32?) throws(Errno) {
        try change(.setOwner, Self.owner(uid, gid))
    }

    override final func setTimes(accessed: FileTime?, modified: FileTime?) throws(Errno) {
        try change(.setTimes, and: Self.times(accessed, modified))
    }

    static func owner(_ uid: UInt32?, _ gid: UInt32?) -> UInt64 { UInt64(uid ?? UInt32.max) | UInt64(gid ?? UInt32.max) << 32 }

    static func times(_ accessed: FileTime?, _ modified: FileTime?) -> Bytes {
        var writer = ByteWriter()
        for time in [accessed, modified] {
            writer.i64(time?.seconds ?? 0)
            writer.u64(UInt64(time?.nanoseconds ?? omit))
        }
        return writer.bytes
    }

    /// UTIME_OMIT.
    private static let omit: UInt32 = 0x3fff_fffe

    override func truncate(to size: UInt64) throws(Errno) {
        guard kind == .regular else { throw .EINVAL }
        try FileSizeLimit.check(size, growingFrom: try status().size)
        try change(.truncate, size)
    }
}
