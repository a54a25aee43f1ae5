import CLinux
import Glibc
import Linux

/// The namespaces of a running container, for a process that joins them later.
struct ContainerNamespaces {
    private let kinds: [NamespaceKind]

    init(_ kinds: [NamespaceKind]) {
        self.kinds = kinds
    }

    /// Joins them all at once through the process itself, which cannot be mistaken for another.
    func join(_ process: borrowing ProcessDescriptor) throws(RuntimeError) {
        if kinds.isEmpty { return }
        guard kinds.contains(.mount) else { return try joinAll(process) }
        // The root of the namespace need not be the container's: one that lives in another's mount namespace has a root apart.
        let root = try RuntimeError.wrap { try FileDescriptor.open("/proc/\(process.pid)/root", O_PATH | O_DIRECTORY) }
        try joinAll(process)
        try RuntimeError.wrap {
            try SystemCallError.checkErrno(fchdir(root.raw), "enter the container's root")
            try SystemCallError.checkErrno(chroot("."), "change the root to the container's")
        }
    }

    private func joinAll(_ process: borrowing ProcessDescriptor) throws(RuntimeError) {
        let flags = kinds.reduce(0) { $0 | $1.flag }
        let result = cl_join_namespaces_of(process.descriptor.raw, flags)
        if result >= 0 { return }
        if result == -Int(ESRCH) { throw .notRunning }
        // Kernels before 5.8 take files only; and a user namespace that is this process's own already is refused.
        guard result == -Int(EINVAL) else {
            throw RuntimeError("cannot join the container's namespaces: \(SystemCallError.reason(Int32(-result)))")
        }
        try joinOneByOne(process)
    }

    private func joinOneByOne(_ process: borrowing ProcessDescriptor) throws(RuntimeError) {
        let wanted = kinds.filter { !isOwn($0, process.pid) }
        let joined = try JoinedNamespaces(wanted.map { ($0, "/proc/\(process.pid)/ns/\($0.fileName)") })
        // Still the same process: what was opened was its.
        do throws(SystemCallError) { try process.signal(0) } catch { throw .notRunning }
        try RuntimeError.wrap {
            try joined.enter(.user)
            try joined.enter(.pid)
            try joined.enter()
            try joined.enter(.mount)
        }
    }

    private func isOwn(_ kind: NamespaceKind, _ pid: Int32) -> Bool {
        func identity(_ process: String) -> (dev_t, ino_t)? {
            var information = stat()
            guard stat("/proc/\(process)/ns/\(kind.fileName)", &information) == 0 else { return nil }
            return (information.st_dev, information.st_ino)
        }
        guard let own = identity("self"), let other = identity(String(pid)) else { return false }
        return own == other
    }
}
