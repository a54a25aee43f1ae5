import CLinux
import Glibc
import Linux
import OCI

/// A mount of a filesystem of its own, and what stands in for it where a user namespace may not mount one.
struct NewFilesystem {
    let planned: PlannedMount
    let plan: LaunchPlan
    let root: RootedPath

    private var options: MountOptions { planned.options }
    private var type: String { planned.mount.type }

    func mount() throws {
        let target = try MountTarget(planned, in: root, following: type != "proc" && type != "sysfs")
        try ProcCover.check(planned, target.directory)
        let original = options.copiesUp ? try DirectoryCopy(of: planned.path, in: root) : nil
        try target.enter()
        if let code = attempt(try settings(over: target)) {
            guard let host = substitute(code) else { throw SystemCallError(code, "mount \(type)") }
            return try bind(host, to: target)
        }
        guard original != nil || !options.recursiveAttributes.isEmpty || !options.propagations.isEmpty else { return }
        let mounted = try target.mounted(in: root)
        if let original {
            try original.copy(into: mounted, as: options)
            if isReadOnly { try MountAttributes.readOnly.apply(to: mounted.raw, recursively: false, named: target.name) }
        }
        try BindMount.change(options.recursiveAttributes, of: mounted, recursively: true, target.name)
        try MountTarget.propagate(options, mounted, target.name)
    }

    private var isReadOnly: Bool { options.flags & UInt(MS_RDONLY) != 0 }

    /// What has still to be filled is made read-only afterwards; /dev by `HiddenPaths`.
    private var flags: UInt {
        planned.isDeviceFolder || options.copiesUp ? options.flags & ~UInt(MS_RDONLY) : options.flags
    }

    /// A tmpfs is as closed, or as open, as the folder it covers, where its options do not say.
    private func settings(over target: borrowing MountTarget) throws(SystemCallError) -> [String] {
        guard type == "tmpfs", !options.sets("mode"), let mode = try target.coveredMode() else { return options.data }
        return options.data + ["mode=" + String(mode, radix: 8)]
    }

    /// The kernel's reason when it refuses.
    private func attempt(_ wanted: [String]) -> Int32? {
        let source = planned.mount.source.isEmpty ? type : planned.mount.source
        if Glibc.mount(source, ".", type, flags, Self.data(wanted, of: type, label: plan.mountLabel)) == 0 { return nil }
        let code = errno
        // The group of terminals, 5 nearly everywhere, need not exist in a user namespace.
        guard type == "devpts", code == EINVAL, plan.isInUserNamespace else { return code }
        let data = wanted.filter { !$0.hasPrefix("gid=") }
        return Glibc.mount(source, ".", type, flags, Self.data(data, of: type, label: plan.mountLabel)) == 0 ? nil : errno
    }

    /// What the filesystem is given; a label has commas of its own, hence quotes.
    ///
    /// Those of the kernel itself have the labels of its policy, and take none.
    static func data(_ options: [String], of type: String, label: String?) -> String {
        guard let label, !["proc", "sysfs", "mqueue"].contains(type), !options.contains(where: { $0.hasPrefix("context=") }) else {
            return options.joined(separator: ",")
        }
        return (options + ["context=\"\(label)\""]).joined(separator: ",")
    }

    /// A user namespace may mount what belongs to a namespace of its own only; of the others it may see the host's.
    private func substitute(_ code: Int32) -> String? {
        guard code == EPERM || code == EACCES || code == EBUSY, plan.isInUserNamespace else { return nil }
        let host: String
        switch type {
        case "sysfs" where !plan.newNamespaces.contains(.network): host = "/sys"
        case "proc" where !plan.newNamespaces.contains(.pid): host = "/proc"
        case "mqueue" where !plan.newNamespaces.contains(.ipc): host = "/dev/mqueue"
        default: return nil
        }
        return access(host, F_OK) == 0 ? host : nil
    }

    private func bind(_ host: String, to target: borrowing MountTarget) throws {
        let tree = try MountTree(copying: host, recursively: true)
        try BindMount.change(options.attributes, of: tree.descriptor, recursively: true, target.name)
        if type == "sysfs" { try tree.change(.readOnly, recursively: true, of: target.name) }
        try tree.attach(to: target.directory, named: target.name)
    }
}
