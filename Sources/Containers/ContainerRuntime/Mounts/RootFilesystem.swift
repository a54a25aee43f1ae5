import CLinux
import Glibc
import Linux
import OCI

/// The container's root filesystem while its mounts are made, seen from the container's own mount namespace.
///
/// The host's tree is still there until `enter`. Targets are opened inside the root (openat2) and mounts attached to the
/// opened target, so that no link of the image and no race with another process leads a mount elsewhere; /proc is not used.
struct RootFilesystem: ~Copyable {
    let plan: LaunchPlan
    private let sources: MountSources
    private let tree: MountTree

    var root: RootedPath { RootedPath(root: tree.descriptor.raw) }

    /// Cuts the namespace's mounts off from the host's and makes the root filesystem a mount.
    init(_ plan: LaunchPlan, _ sources: MountSources) throws(RuntimeError) {
        self.plan = plan
        self.sources = sources
        tree = try RuntimeError.wrap {
            try RootPropagation(plan.rootPropagation).prepare(for: plan.bundle.rootfs)
            return try Self.attached(plan.bundle.rootfs, sources)
        }
    }

    private static func attached(_ path: String, _ sources: MountSources) throws(SystemCallError) -> MountTree {
        do throws(SystemCallError) {
            let tree = try MountTree(copying: path, recursively: true)
            try tree.attach(to: FileDescriptor.open(path, O_PATH | O_DIRECTORY), named: path)
            // The other copy is not needed, and a process that enters an enclave, without an exec, would keep it.
            if sources.root >= 0 { close(sources.root) }
            return tree
        } catch {
            // Where this user namespace cannot reach the path, any place that it reaches does.
            guard error.code == EACCES, let tree = sources.rootTree else { throw error }
            try tree.attach(to: FileDescriptor.open("/", O_PATH | O_DIRECTORY), named: path)
            return tree
        }
    }

    /// The root filesystem as it is now, whatever is mounted over it later: an enclave's files are those the index was made from, and only
    /// what its manifest lists of the mounts is for the program to see.
    ///
    /// `nil` without an enclave, and where the kernel will not copy it; files that mounts cover cannot be read then.
    func image() -> MountTree? {
        guard plan.enclave != nil else { return nil }
        do throws(SystemCallError) {
            return try MountTree(copying: tree.descriptor.raw, named: "/", recursively: true)
        } catch {
            return nil
        }
    }

    // MARK: Mounts

    func mountAll(cgroups: ContainerCgroups) throws(RuntimeError) {
        for planned in plan.mounts {
            try RuntimeError.wrap(planned.name) {
                if planned.isRemount {
                    try remount(planned)
                } else if planned.isBind {
                    try BindMount(planned, bundle: plan.bundle.path).mount(sources.tree(for: planned), in: root)
                } else if planned.isCgroup {
                    try ProcCover.check(planned, root.directory(planned.path))
                    try CgroupView(cgroups: cgroups, root: root, type: planned.mount.type).mount(at: planned.path, planned.options)
                } else {
                    try NewFilesystem(planned: planned, plan: plan, root: root).mount()
                }
            }
        }
    }

    /// Changes what is mounted at the destination already: of a bind mount its own attributes, else the filesystem's too.
    private func remount(_ planned: PlannedMount) throws {
        let (options, name) = (planned.options, planned.path)
        let mounted = try root.open(name, O_PATH)
        if planned.isBind {
            try BindMount.change(options.attributes, of: mounted, recursively: false, name)
        } else {
            try SystemCallError.checkErrno(fchdir(mounted.raw), "enter \(name)")
            let data = options.data.joined(separator: ",")
            try SystemCallError.checkErrno(mount(nil, ".", nil, options.flags, data), "remount \(name)")
        }
        try BindMount.change(options.recursiveAttributes, of: mounted, recursively: true, name)
        try MountTarget.propagate(options, mounted, name)
    }

    // MARK: Devices

    /// A /dev bound from outside is somebody else's and stays as it is.
    func makeDevices() throws(RuntimeError) {
        if plan.mounts.contains(where: { $0.isDeviceFolder && $0.isBind }) { return }
        try DeviceNodes(root: root, bindsFromHost: plan.isInUserNamespace).install(plan.spec.linux.devices)
    }

    func bindConsole(_ terminal: borrowing FileDescriptor) throws(RuntimeError) {
        try RuntimeError.wrap {
            let bound = try MountTree(copying: terminal.raw, named: "the terminal", recursively: false)
            try bound.attach(to: root.file("/dev/console", following: false), named: "/dev/console")
        }
    }

    // MARK: Hiding

    /// Hides the masked paths and write-protects the read-only ones.
    func seal() throws(RuntimeError) {
        try RuntimeError.wrap {
            for planned in plan.mounts where planned.isDeviceFolder && !planned.isBind {
                guard planned.options.flags & UInt(MS_RDONLY) != 0 else { continue }
                let folder = try root.open("/dev", O_PATH)
                try MountAttributes.readOnly.apply(to: folder.raw, recursively: false, named: "/dev")
            }
            var hidden = HiddenPaths(root: root)
            for path in plan.spec.linux.readonlyPaths { try hidden.protect(path) }
            for path in plan.spec.linux.maskedPaths { try hidden.mask(path) }
        }
    }

    // MARK: Entering

    /// Makes the root filesystem this process's root and lets go of the host's.
    consuming func enter(pivoting: Bool, _ joined: borrowing JoinedNamespaces) throws(RuntimeError) {
        let plan = plan
        let tree = tree.descriptor.raw
        try RuntimeError.wrap {
            if plan.spec.root?.readonly == true {
                try MountAttributes.readOnly.apply(to: tree, recursively: false, named: "/")
            }
            let change = NewRoot(tree: tree, propagation: RootPropagation(plan.rootPropagation))
            if joined.includesMount {
                try change.carry(into: joined)
            } else if pivoting {
                try change.pivot()
            } else {
                try change.move()
            }
        }
        StandardStreams.reopenNull()
    }
}
