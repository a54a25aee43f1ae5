/// One file or directory of an untrusted mount.
final class UntrustedNode: Node {
    private let mount: UntrustedFileSystem
    /// Below the mount's source; empty for the source itself.
    private let inner: Bytes

    init(_ mount: UntrustedFileSystem, _ inner: Bytes, kind: FileKind) {
        self.mount = mount
        self.inner = inner
        super.init(fileSystem: mount, number: PathName(inner).hash(seed: 1) | 1, kind: kind)
    }

    override func status() throws(Errno) -> FileStatus {
        var status = FileStatus()
        status.device = fileSystem.device
        status.number = number
        status.mode = kind.bits | (isDirectory ? 0o111 : 0o444)
        if !isDirectory { status.size = try mount.size(of: inner) ?? 0 }
        status.blocks = (status.size + 511) / 512
        status.accessed = mount.time
        status.modified = mount.time
        status.changed = mount.time
        return status
    }

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? {
        guard isDirectory else { throw .ENOTDIR }
        var path = inner
        path.append(47)
        path.append(contentsOf: name.bytes)
        do throws(Errno) {
            let isDirectory = try mount.size(of: path) == nil
            let node = UntrustedNode(mount, path, kind: isDirectory ? .directory : .regular)
            node.parent = self
            node.name = name.bytes
            return node
        } catch {
            if error == .ENOENT || error == .ENOTDIR { return nil }
            throw error
        }
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] { throw .EACCES }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        if isDirectory { return DirectoryFile(node: self, path: path, flags: flags) }
        return SnapshotFile(try mount.contents(of: inner), node: self, path: path, flags: flags)
    }
}
