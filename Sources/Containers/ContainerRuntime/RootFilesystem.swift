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
    private let tree: MountTree

    var root: RootedPath { RootedPath(root: tree.descriptor.raw) }

    /// Cuts the namespace's mounts off from the host's and makes the root filesystem a mount.
    init(_ plan: LaunchPlan) throws(RuntimeError) {
        self.plan = plan
        let slave = UInt(MS_REC) | UInt(MS_SLAVE)
        let path = plan.bundle.rootfs
        tree = try RuntimeError.wrap {
            try SystemCallError.checkErrno(mount(nil, "/", nil, slave, nil), "make the mounts of / slaves")
            let tree = try MountTree(copying: path, recursively: true)
            try tree.attach(to: FileDescriptor.open(path, O_PATH | O_DIRECTORY), named: path)
            return tree
        }
    }

    /// The root filesystem as it is now, whatever is mounted over it later: an enclave's files are those the index was made from, and only
    /// what its manifest lists of the mounts is for the program to see.
    ///
    /// `nil` without an enclave, and where the kernel will not copy it; files that mounts cover cannot be read then.
    func image() -> MountTree? {
        guard plan.enclave != nil else { return nil }
        do throws(SystemCallError) { return try MountTree(copying: plan.bundle.rootfs, recursively: true) } catch { return nil }
    }

    // MARK: Mounts

    func mountAll(cgroups: ContainerCgroups) throws(RuntimeError) {
        for planned in plan.mounts {
            let destination = planned.mount.destination
            try RuntimeError.wrap("the mount \(destination)") {
                if planned.isBind {
                    try bind(planned)
                } else if planned.isCgroup {
                    try CgroupView(cgroups: cgroups, root: root, type: planned.mount.type).mount(at: destination, planned.options)
                } else {
                    try mountNew(planned)
                }
            }
        }
    }

    private func bind(_ planned: LaunchPlan.PlannedMount) throws {
        let (written, destination) = (planned.mount.source, planned.mount.destination)
        let source = written.hasPrefix("/") ? written : plan.bundle.path + "/" + written
        let options = planned.options
        let bound = try MountTree(copying: source, recursively: options.isRecursiveBind)
        if !options.attributes.isEmpty { try bound.change(options.attributes, recursively: false, of: destination) }
        if !options.recursiveAttributes.isEmpty {
            try bound.change(options.recursiveAttributes, recursively: true, of: destination)
        }
        if bound.isDirectory {
            try bound.attach(to: root.directory(destination), named: destination)
        } else {
            try bound.attach(to: root.file(destination), named: destination)
        }
        try propagate(options, bound.descriptor, destination)
    }

    private func mountNew(_ planned: LaunchPlan.PlannedMount) throws {
        let (mount, options) = (planned.mount, planned.options)
        let target = try root.directory(mount.destination)
        try SystemCallError.checkErrno(fchdir(target.raw), "enter \(mount.destination)")
        // The device files are still to be made in /dev; `seal` makes it read-only after them.
        let flags = isDeviceFolder(planned) ? options.flags & ~UInt(MS_RDONLY) : options.flags
        let data = options.data.joined(separator: ",")
        let source = mount.source.isEmpty ? mount.type : mount.source
        if Glibc.mount(source, ".", mount.type, flags, data) < 0 {
            let code = errno
            if mount.type == "sysfs", code == EPERM, plan.isInUserNamespace { return try bindSysfs(planned) }
            throw SystemCallError(code, "mount \(mount.type)")
        }
        let mounted = try root.open(mount.destination, O_PATH)
        if !options.recursiveAttributes.isEmpty {
            try options.recursiveAttributes.apply(to: mounted.raw, recursively: true, named: mount.destination)
        }
        try propagate(options, mounted, mount.destination)
    }

    /// Without a network namespace of its own a user namespace may not mount sysfs, but may see the host's, read-only.
    private func bindSysfs(_ planned: LaunchPlan.PlannedMount) throws {
        let bound = try MountTree(copying: "/sys", recursively: true)
        try bound.change(.readOnly, recursively: true, of: planned.mount.destination)
        try bound.attach(to: root.directory(planned.mount.destination), named: planned.mount.destination)
    }

    private func propagate(_ options: MountOptions, _ mounted: borrowing FileDescriptor, _ name: String) throws {
        for propagation in options.propagations {
            var change = MountAttributes()
            change.propagation = propagation.flag
            try change.apply(to: mounted.raw, recursively: propagation.isRecursive, named: name)
        }
    }

    private func isDeviceFolder(_ planned: LaunchPlan.PlannedMount) -> Bool {
        RootedPath.cleaned(planned.mount.destination) == "/dev"
    }

    // MARK: Devices

    /// A /dev bound from outside is somebody else's and stays as it is.
    func makeDevices() throws(RuntimeError) {
        if plan.mounts.contains(where: { isDeviceFolder($0) && $0.isBind }) { return }
        try DeviceNodes(root: root, bindsFromHost: plan.isInUserNamespace).install(plan.spec.linux.devices)
    }

    func bindConsole(_ terminal: borrowing FileDescriptor) throws(RuntimeError) {
        try RuntimeError.wrap {
            let bound = try MountTree(copying: terminal.raw, named: "the terminal", recursively: false)
            try bound.attach(to: root.file("/dev/console"), named: "/dev/console")
        }
    }

    // MARK: Hiding

    /// Hides the masked paths and write-protects the read-only ones; a path that is not there needs neither.
    func seal() throws(RuntimeError) {
        try RuntimeError.wrap {
            for planned in plan.mounts where isDeviceFolder(planned) && !planned.isBind {
                guard planned.options.flags & UInt(MS_RDONLY) != 0 else { continue }
                try MountAttributes.readOnly.apply(to: root.open("/dev", O_PATH).raw, recursively: false, named: "/dev")
            }
            for path in plan.spec.linux.maskedPaths { try mask(path) }
            for path in plan.spec.linux.readonlyPaths { try protect(path) }
        }
    }

    private func mask(_ path: String) throws {
        guard let target = try root.openIfPresent(path, O_PATH) else { return }
        var information = stat()
        try SystemCallError.checkErrno(fstat(target.raw, &information), "look at \(path)")
        guard information.st_mode & S_IFMT == S_IFDIR else {
            // The host's own /dev/null: one of the image could be anything.
            return try MountTree(copying: "/dev/null", recursively: false).attach(to: target, named: path)
        }
        try SystemCallError.checkErrno(fchdir(target.raw), "enter \(path)")
        let flags = UInt(MS_RDONLY) | UInt(MS_NOSUID) | UInt(MS_NODEV) | UInt(MS_NOEXEC)
        try SystemCallError.checkErrno(mount("tmpfs", ".", "tmpfs", flags, "size=4k,nr_inodes=1"), "mask \(path)")
    }

    private func protect(_ path: String) throws {
        guard let target = try root.openIfPresent(path, O_PATH) else { return }
        let copy = try MountTree(copying: target.raw, named: path, recursively: true)
        try copy.change(.readOnly, recursively: true, of: path)
        try copy.attach(to: target, named: path)
    }

    // MARK: Entering

    /// Makes the root filesystem this process's root and lets go of the host's.
    consuming func enter(pivoting: Bool) throws(RuntimeError) {
        let plan = plan
        let descriptor = tree.descriptor.raw
        try RuntimeError.wrap {
            if plan.spec.root?.readonly == true {
                try MountAttributes.readOnly.apply(to: descriptor, recursively: false, named: "/")
            }
            try SystemCallError.checkErrno(fchdir(descriptor), "enter the root filesystem")
            if pivoting { try Self.pivot() } else { try Self.move() }
            try SystemCallError.checkErrno(chdir("/"), "enter the new root")
            if let propagation = plan.rootPropagation {
                var change = MountAttributes()
                change.propagation = propagation.flag
                try change.apply(to: descriptor, recursively: propagation.isRecursive, named: "/")
            }
        }
    }

    /// After pivot_root(".", ".") the old root lies on top of the new one at "/" and is unmounted from there.
    private static func pivot() throws {
        let old = try FileDescriptor.open("/", O_PATH | O_DIRECTORY)
        try SystemCallError.check(cl_pivot_root(".", "."), "change the root")
        try SystemCallError.checkErrno(fchdir(old.raw), "enter the old root")
        try SystemCallError.checkErrno(umount2(".", Int32(MNT_DETACH)), "unmount the old root")
    }

    private static func move() throws {
        try SystemCallError.checkErrno(mount(".", "/", nil, UInt(MS_MOVE), nil), "move the root filesystem to /")
        try SystemCallError.checkErrno(chroot("."), "change the root")
    }
}
