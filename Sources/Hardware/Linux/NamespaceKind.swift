import CLinux

/// The kinds of namespace a process can be in.
package enum NamespaceKind: String, CaseIterable, Sendable {
    case user, mount, pid, uts, ipc, network, cgroup, time

    package var flag: UInt64 {
        switch self {
        case .user: cl_new_namespace_user
        case .mount: cl_new_namespace_mount
        case .pid: cl_new_namespace_pid
        case .uts: cl_new_namespace_uts
        case .ipc: cl_new_namespace_ipc
        case .network: cl_new_namespace_network
        case .cgroup: cl_new_namespace_cgroup
        case .time: cl_new_namespace_time
        }
    }

    /// The name in /proc/PID/ns.
    package var fileName: String {
        switch self {
        case .mount: "mnt"
        case .network: "net"
        default: rawValue
        }
    }

    package func join(_ descriptor: borrowing FileDescriptor) throws(SystemCallError) {
        try SystemCallError.check(cl_setns(descriptor.raw, flag), "join the \(rawValue) namespace")
    }

    package func unshare() throws(SystemCallError) {
        try SystemCallError.check(cl_unshare(flag), "make a \(rawValue) namespace")
    }
}
