import CLinux
import Glibc
import Linux

/// Stands between `rune` and the container's first process where a user or PID namespace is joined by path.
///
/// Both count from the next process on: joined here, `rune` itself stays where it is. The child is made a sibling, so that
/// `rune` is its parent and nobody is left between them.
struct ContainerIntermediate: ~Copyable {
    let joined: JoinedNamespaces
    let namespaces: UInt64
    let channel: InitChannel

    /// `body` is what the container's first process goes on with.
    consuming func run(_ body: (consuming InitChannel, consuming JoinedNamespaces) -> Never) -> Never {
        do throws(SystemCallError) {
            try joined.enter(.user)
            if joined.includesUser { try SystemCallError.check(cl_set_ids(0, 0), "become root of the user namespace") }
            try joined.enter(.pid)
            switch try cloneProcess(namespaces: namespaces | cl_clone_sibling) {
            case .child: break
            case .parent(let child):
                channel.send(.cloned(child.pid))
                _exit(0)
            }
        } catch {
            channel.send(.failed(error.description))
            _exit(1)
        }
        body(channel, joined)
    }
}
