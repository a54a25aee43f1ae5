import CLinux
import Glibc
import Linux
import OCI

/// Stands between `rune` and the container's first process where a namespace counts from the next process on: a user or PID namespace that
/// is joined, a time namespace that is new.
///
/// Joined here, `rune` itself stays where it is. The child is made a sibling, so that `rune` is its parent and nobody is left
/// between them.
struct ContainerIntermediate: ~Copyable {
    let joined: JoinedNamespaces
    let plan: LaunchPlan
    let channel: InitChannel

    /// `body` is what the container's first process goes on with.
    consuming func run(_ body: (consuming InitChannel, consuming JoinedNamespaces) -> Never) -> Never {
        do throws(SystemCallError) {
            try joined.enter(.user)
            try enterTime()
            if plan.isInUserNamespace {
                let owner = plan.namespaceOwner
                try SystemCallError.check(cl_set_ids(owner.uid, owner.gid), "become root of the user namespace")
            }
            try joined.enter(.pid)
            switch try cloneProcess(namespaces: plan.clonedNamespaces & ~plan.intermediateNamespaces | cl_clone_sibling) {
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

    /// The offsets can be set until the first process is in the namespace.
    private borrowing func enterTime() throws(SystemCallError) {
        guard plan.hasNewTimeNamespace else { return }
        // This process was made in the new user namespace, and the time namespace shall belong to it: first its ids are mapped.
        if plan.hasNewUserNamespace, channel.receive() != .proceed { _exit(1) }
        try NamespaceKind.time.unshare()
        let offsets = plan.spec.linux.timeOffsets
        guard !offsets.isEmpty else { return }
        let text = offsets.map { "\($0.clock) \($0.seconds) \($0.nanoseconds)\n" }.joined()
        try ProcFilesystem().write(text, to: "self/timens_offsets")
    }
}
