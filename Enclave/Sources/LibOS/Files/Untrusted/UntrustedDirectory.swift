import Wire

/// A directory of an untrusted mount.
final class UntrustedDirectory: UntrustedNode {
    init(_ mount: UntrustedFileSystem, number: UInt64, in directory: UntrustedDirectory?, as name: Bytes) {
        super.init(mount, number: number, kind: .directory, in: directory, as: name)
    }

    private func path(below name: Bytes) -> Bytes {
        var path = inner
        if !path.isEmpty { path.append(47) }
        path.append(contentsOf: name)
        return path
    }

    // MARK: Looking

    override func find(_ name: PathName, _ caller: Caller) throws(Errno) -> Node? { try child(name.bytes) }

    private func child(_ name: Bytes) throws(Errno) -> UntrustedNode? {
        do throws(Errno) {
            return mount.node(try HostUntrusted.status(mount.mount, path(below: name)), in: self, as: name)
        } catch {
            if error == .ENOENT { return nil }
            throw error
        }
    }

    override func entries(_ caller: Caller) throws(Errno) -> [DirectoryEntry] { try HostUntrusted.list(mount.mount, inner) }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        DirectoryFile(node: self, path: path, flags: flags)
    }

    // MARK: Making

    override func make(_ name: Bytes, kind: FileKind, mode: UInt32, represents: UInt64, _ caller: Caller) throws(Errno) -> Node {
        if fileSystem.readOnly { throw .EROFS }
        var handle: UInt64?
        switch kind {
        case .directory: try HostUntrusted.change(.makeDirectory, mount.mount, path(below: name), UInt64(mode & 0o7777))
        case .regular:
            let new = mount.newHandle()
            let flags = OpenFlags.readWrite | OpenFlags.create | OpenFlags.exclusive
            try HostUntrusted.open(mount.mount, path(below: name), as: new, flags: flags, mode: mode & 0o7777)
            handle = new
        // Pipes and sockets are the kernel's own, which a name of the host's cannot stand for.
        default: throw .EPERM
        }
        let node: UntrustedNode?
        do throws(Errno) { node = try child(name) } catch {
            if let handle { HostUntrusted.close(handle) }
            throw error
        }
        guard let node, node.kind == kind else {
            if let handle { HostUntrusted.close(handle) }
            throw .EIO
        }
        if let handle { (node as? UntrustedFile)?.keep(made: handle) }
        return node
    }

    override func makeLink(_ name: Bytes, target: Bytes, _ caller: Caller) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        try HostUntrusted.change(.makeLink, mount.mount, path(below: name), and: target)
    }

    override func addLink(_ name: Bytes, to node: Node) throws(Errno) {
        guard let node = node as? UntrustedNode, node.mount === mount else { throw .EXDEV }
        if node.isDirectory { throw .EPERM }
        if fileSystem.readOnly { throw .EROFS }
        try HostUntrusted.change(.addLink, mount.mount, node.inner, and: path(below: name))
    }

    // MARK: Removing and renaming

    override func remove(_ name: Bytes, _ node: Node) throws(Errno) {
        if fileSystem.readOnly { throw .EROFS }
        try HostUntrusted.change(node.isDirectory ? .removeDirectory : .remove, mount.mount, path(below: name))
    }

    override func rename(_ name: Bytes, to directory: Node, _ newName: Bytes, flags: RenameFlags) throws(Errno) {
        guard let target = directory as? UntrustedDirectory, target.mount === mount else { throw .EXDEV }
        if fileSystem.readOnly { throw .EROFS }
        guard let node = try child(name) else { throw .ENOENT }
        let other = flags.contains(.exchange) ? try target.child(newName) : nil
        // Neither goes into itself, whatever the host would do.
        if node.isDirectory, target.isBelow(node) { throw .EINVAL }
        if let other, other.isDirectory, isBelow(other) { throw .EINVAL }
        try HostUntrusted.change(
            .rename, mount.mount, path(below: name), and: target.path(below: newName), UInt64(flags.rawValue))
        // Another rename may have come between, and a host that lies has agreed to both: no directory is put into itself all the same.
        guard !node.isDirectory || !target.isBelow(node) else { throw .EIO }
        node.place(in: target, as: newName)
        guard let other else { return }
        guard !other.isDirectory || !isBelow(other) else { throw .EIO }
        other.place(in: self, as: name)
    }
}
