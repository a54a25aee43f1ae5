import CLinux
import Glibc
import Linux

/// What a mount of type `cgroup` shows: the container's own cgroup in each of the host's hierarchies; of `cgroup2`, in v2.
struct CgroupView {
    let cgroups: ContainerCgroups
    let root: RootedPath
    let type: String

    func mount(at destination: String, _ options: MountOptions) throws {
        let unified = cgroups.set.unified
        if let unified, type == "cgroup2" || cgroups.set.isUnifiedOnly { return try bind(unified.path, to: destination, options) }
        guard type != "cgroup2" else { throw RuntimeError("there is no cgroup v2 on this machine") }
        let target = try root.directory(destination)
        try SystemCallError.checkErrno(fchdir(target.raw), "enter \(destination)")
        let flags = UInt(MS_NOSUID) | UInt(MS_NODEV) | UInt(MS_NOEXEC)
        try SystemCallError.checkErrno(Glibc.mount("tmpfs", ".", "tmpfs", flags, "mode=755"), "mount tmpfs")
        // Nobody but this process sees the new filesystem yet: what is made in it stays what it is.
        let folder = try root.open(destination, O_PATH)
        for member in cgroups.members {
            let name = member.hierarchy.name
            if mkdirat(folder.raw, name, 0o755) < 0, errno != EEXIST { throw SystemCallError(errno, "make \(destination)/\(name)") }
            let target = try FileDescriptor.open(in: folder.raw, name, O_PATH | O_DIRECTORY | O_NOFOLLOW)
            try tree(of: member.directory, options).attach(to: target, named: "\(destination)/\(name)")
            try linkControllers(of: member.hierarchy, in: folder)
        }
        if options.attributes.added & cl_attr_rdonly != 0 {
            try MountAttributes.readOnly.apply(to: folder.raw, recursively: false, named: destination)
        }
    }

    private func bind(_ source: String, to destination: String, _ options: MountOptions) throws {
        try tree(of: source, options).attach(to: root.directory(destination), named: destination)
    }

    private func tree(of source: String, _ options: MountOptions) throws -> MountTree {
        let tree = try MountTree(copying: source, recursively: false)
        try tree.change(options.attributes, recursively: false, of: source)
        return tree
    }

    /// `cpu,cpuacct` mounted together are found as `cpu` and as `cpuacct` too.
    private func linkControllers(of hierarchy: CgroupHierarchy, in directory: borrowing FileDescriptor) throws {
        guard hierarchy.controllers.count > 1 else { return }
        for controller in hierarchy.controllers where symlinkat(hierarchy.name, directory.raw, controller) < 0 {
            guard errno == EEXIST else { throw SystemCallError(errno, "link \(controller)") }
        }
    }
}
