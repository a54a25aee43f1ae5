import Glibc
import Linux
import OCI

/// The namespaces a container joins by path, opened before anything is made so that a wrong path costs nothing.
struct JoinedNamespaces: ~Copyable {
    private let entries: [(kind: NamespaceKind, descriptor: Int32)]

    init(_ wanted: [(kind: NamespaceKind, path: String)]) throws(RuntimeError) {
        var entries: [(kind: NamespaceKind, descriptor: Int32)] = []
        for (kind, path) in wanted {
            do throws(SystemCallError) {
                entries.append((kind, try FileDescriptor.open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK).release()))
            } catch {
                for entry in entries { close(entry.descriptor) }
                throw RuntimeError("linux.namespaces: \(kind.rawValue): \(error)")
            }
        }
        self.entries = entries
    }

    deinit { for entry in entries { close(entry.descriptor) } }

    var includesUser: Bool { entries.contains { $0.kind == .user } }
    var includesMount: Bool { entries.contains { $0.kind == .mount } }

    /// -1: none is joined.
    var userNamespace: Int32 { entries.first { $0.kind == .user }?.descriptor ?? -1 }

    /// Joins one kind; the PID namespace counts for the children only.
    func enter(_ kind: NamespaceKind) throws(SystemCallError) {
        for entry in entries where entry.kind == kind { try join(entry) }
    }

    /// Joins what is the process's own to join, but for the mount namespace: `NewRoot` goes there last of all.
    func enter() throws(SystemCallError) {
        for entry in entries where ![.user, .pid, .mount].contains(entry.kind) { try join(entry) }
    }

    private func join(_ entry: (kind: NamespaceKind, descriptor: Int32)) throws(SystemCallError) {
        let copy = FileDescriptor(owning: dup(entry.descriptor))
        try entry.kind.join(copy)
    }
}
