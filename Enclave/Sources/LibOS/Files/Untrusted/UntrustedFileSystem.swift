import Wire

/// A file or a directory of the host that the manifest lists as untrusted: every look and every read asks the host anew.
///
/// Programs see it as any other file system, but nothing is run from it, and no link in it leads out of it: the host chooses what it
/// says, and must not choose code, nor which other files of the enclave a name means.
final class UntrustedFileSystem: FileSystem {
    /// Number of the mount in the configuration.
    let mount: Int
    /// Every file there is an object of, by the host's number of it, so that a file has one object under all its names as long as the host
    /// does not lie; not counted as references.
    private var known = IntegerTable<Unmanaged<UntrustedNode>>()
    private var lastHandle: UInt64 = 0

    init(mount: Int, readOnly: Bool) {
        self.mount = mount
        super.init(typeName: "untrusted", type: FileSystemType.untrusted, readOnly: readOnly)
    }

    override var isTrusted: Bool { false }

    /// The node at the mount point; a directory, where the host does not say what it is.
    ///
    /// BLOCKS.
    func rootNode() -> Node {
        var kind = FileKind.directory
        do throws(Errno) { kind = FileKind(bits: try HostUntrusted.status(mount, []).mode) } catch {}
        if kind == .regular { return UntrustedFile(self, number: 1, kind: kind, in: nil, as: []) }
        return UntrustedDirectory(self, number: 1, in: nil, as: [])
    }

    /// The node of what the host says is in a directory by this name.
    func node(_ status: UntrustedStatus, in directory: UntrustedDirectory, as name: Bytes) -> UntrustedNode {
        let kind = FileKind(bits: status.mode)
        if let held = known[status.number] {
            let node = held.takeUnretainedValue()
            // A directory that is somewhere else now is another one: otherwise the host could put one into itself.
            if node.kind == kind, kind != .directory || node.isAt(name, in: directory) {
                node.place(in: directory, as: name)
                return node
            }
        }
        let node: UntrustedNode =
            switch kind {
            case .directory: UntrustedDirectory(self, number: status.number, in: directory, as: name)
            case .regular: UntrustedFile(self, number: status.number, kind: kind, in: directory, as: name)
            case .link: UntrustedLink(self, number: status.number, kind: kind, in: directory, as: name)
            default: UntrustedNode(self, number: status.number, kind: kind, in: directory, as: name)
            }
        known.set(status.number, Unmanaged.passUnretained(node))
        return node
    }

    func forget(_ node: UntrustedNode) {
        if let held = known[node.number], held.toOpaque() == Unmanaged.passUnretained(node).toOpaque() { known.remove(node.number) }
    }

    func newHandle() -> UInt64 {
        lastHandle += 1
        return UInt64(mount) << 48 | lastHandle
    }
}
