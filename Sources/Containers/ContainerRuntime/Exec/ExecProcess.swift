import CLinux
import Glibc
import Linux
import OCI

/// The process that `exec` makes: enters the container it was not born in and becomes the program.
///
/// It runs in the clone, already in the container's PID namespace, and never returns to its caller's frames.
struct ExecProcess: ~Copyable {
    let plan: ProcessPlan
    let record: ProcessRecord
    let containerID: String
    let cgroups: ExecCgroups
    /// It was cloned into its v2 cgroup.
    let isInUnifiedCgroup: Bool
    let options: ExecOptions
    let channel: InitChannel
    /// The container's first process.
    let target: ProcessDescriptor
    /// The namespaces it was born in.
    let joined: [NamespaceKind]
    /// Where the terminal's master goes; -1: no terminal.
    let consoleSocket: Int32

    private var isInUserNamespace: Bool { record.namespaces.contains(.user) }

    consuming func run() -> Never {
        do throws(RuntimeError) {
            try runOrThrow()
        } catch {
            channel.send(.failed(error.description))
            _exit(255)
        }
    }

    private borrowing func runOrThrow() throws(RuntimeError) -> Never {
        _ = cl_reset_signals()
        _ = cl_set_parent_death_signal(SIGKILL)
        setsid()
        umask(0)
        try confine()
        let entry = try ProcessEntry(plan, filter: record.filter, isInUserNamespace: isInUserNamespace)
        try entry.limit()
        try enterNamespaces()
        if plan.process.terminal { try openTerminal() }
        try entry.become(sendingListenerTo: channel)
        let program = try entry.program()
        _ = cl_set_parent_death_signal(0)
        throw entry.execute(program, preserving: options.preservedDescriptors, sendingListenerTo: channel)
    }

    /// What takes the host's files and rights.
    private borrowing func confine() throws(RuntimeError) {
        try RuntimeError.wrap("process.execCPUAffinity.initial") { try plan.initialCPUs?.apply() }
        try cgroups.enter(bornInside: isInUnifiedCgroup)
        try RuntimeError.wrap("process.execCPUAffinity.final") { try plan.finalCPUs?.apply() }
        if !joined.contains(.user) { try plan.setOOMScore() }
    }

    private borrowing func enterNamespaces() throws(RuntimeError) {
        try ContainerNamespaces(record.namespaces.filter { !joined.contains($0) }).join(target)
        // Its user may be none of the namespace's, and then only this one's rights count until it is the process's own.
        if isInUserNamespace { _ = cl_set_ids(0, 0) }
        _ = cl_set_dumpable(0)
        if record.makesKeyring { try RuntimeError.wrap { try SessionKeyring.join(of: containerID) } }
    }

    private borrowing func openTerminal() throws(RuntimeError) {
        let root = try RuntimeError.wrap { try FileDescriptor.open("/", O_PATH | O_DIRECTORY) }
        try ContainerTerminal(in: RootedPath(root: root.raw), for: plan.process).attach(sendingMasterTo: consoleSocket)
    }
}
