import Glibc
import Linux
import OCI

extension LaunchPlan {
    /// Who shall rule the container's v2 cgroup: root of its user namespace, where it may write to its own cgroup namespace.
    ///
    /// `nil`: nobody inside (runtime-spec, config-linux.md, cgroup ownership).
    var cgroupOwner: uid_t? {
        guard hasNewUserNamespace, newNamespaces.contains(.cgroup) else { return nil }
        let isWritable = mounts.contains { planned in
            planned.isCgroup && planned.options.flags & UInt(MS_RDONLY) == 0
        }
        let mapping = spec.linux.uidMappings.first { $0.containerID == 0 && $0.size > 0 }
        return isWritable ? mapping?.hostID : nil
    }
}

extension ContainerCgroups {
    /// Lets `owner` make cgroups below the container's and spread the processes over them, but change no limit of it.
    func delegate(to owner: uid_t, warn: (String) -> Void) {
        guard let folder = set.unified else { return }
        let listed = (try? FileContents.text("/sys/kernel/cgroup/delegate")) ?? ""
        let files = listed.split(separator: "\n").map(String.init).filter { !$0.contains("/") }
        let needed = ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control"]
        for path in [folder.path] + (files.isEmpty ? needed : files).map({ folder.path + "/" + $0 }) {
            // The list is of all files that kernels have, this cgroup need not have all of them.
            guard chown(path, owner, gid_t.max) < 0, errno != ENOENT else { continue }
            return warn("the cgroup \(path) cannot be given to the user \(owner): \(SystemCallError.reason(errno))")
        }
    }
}
