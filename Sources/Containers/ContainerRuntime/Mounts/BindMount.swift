import CLinux
import Glibc
import Linux
import OCI

/// A bind mount: a copy of what is mounted at its source, changed as its options say before anybody sees it.
struct BindMount {
    let planned: PlannedMount
    /// What a relative source starts from.
    let bundle: String

    init(_ planned: PlannedMount, bundle: String) {
        self.planned = planned
        self.bundle = bundle
    }

    private var options: MountOptions { planned.options }

    func source() throws(SystemCallError) -> MountTree {
        let written = planned.mount.source
        return try MountTree(
            copying: written.hasPrefix("/") ? written : bundle + "/" + written, recursively: options.isRecursiveBind)
    }

    /// Attaches `prepared`, or else a copy that this process makes, inside `root`.
    func mount(_ prepared: consuming MountTree?, in root: RootedPath) throws {
        let tree = try copy(prepared)
        let name = planned.path
        try Self.change(options.attributes, of: tree.descriptor, recursively: false, name)
        try Self.change(options.recursiveAttributes, of: tree.descriptor, recursively: true, name)
        let target = try tree.isDirectory ? root.directory(name) : root.file(name)
        try ProcCover.check(planned, target, source: tree.descriptor.raw)
        try tree.attach(to: target, named: name)
        try MountTarget.propagate(options, tree.descriptor, name)
    }

    /// Ids can only be mapped before; for anything else a copy made here is better, since it keeps what the host locked.
    private func copy(_ prepared: consuming MountTree?) throws(SystemCallError) -> MountTree {
        guard let prepared else { return try source() }
        if planned.idMap != nil { return prepared }
        do throws(SystemCallError) {
            return try source()
        } catch {
            guard error.code == EACCES else { throw error }
            return prepared
        }
    }

    /// A user namespace may add restrictions to the host's mounts and take none away: what is locked stays as it was.
    static func change(
        _ attributes: MountAttributes, of mount: borrowing FileDescriptor, recursively: Bool, _ name: String
    ) throws(SystemCallError) {
        if attributes.isEmpty { return }
        do throws(SystemCallError) {
            try attributes.apply(to: mount.raw, recursively: recursively, named: name)
        } catch {
            guard error.code == EPERM, attributes.cleared != 0 else { throw error }
            var kept = MountAttributes()
            kept.added = attributes.added & ~cl_attr_atime
            if !kept.isEmpty { try kept.apply(to: mount.raw, recursively: recursively, named: name) }
        }
    }
}
