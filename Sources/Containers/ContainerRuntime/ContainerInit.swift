import CLinux
import Glibc
import Linux
import OCI

/// The container's first process: makes its world around itself, waits to be started and becomes the program.
///
/// It runs in the clone and never returns to its caller's frames.
struct ContainerInit: ~Copyable {
    let plan: LaunchPlan
    let options: LaunchOptions
    let cgroups: ContainerCgroups
    let filter: SeccompProgram?
    let channel: InitChannel
    let joined: JoinedNamespaces
    let sources: MountSources
    /// The socket `start` connects to.
    let startSocket: FileDescriptor
    /// Where the terminal's master goes; -1: no terminal.
    let consoleSocket: Int32
    /// Where others reach what an enclave holds; -1: an ordinary container.
    let doorway: Int32
    /// Where the words of an enclave runtime of others are kept.
    let transcript: LibraryTranscript?

    consuming func run() -> Never {
        let payload: Payload
        do throws(RuntimeError) {
            payload = try prepare()
        } catch {
            channel.send(.failed(error.description))
            _exit(1)
        }
        channel.send(.ready)
        // The parent answers when the container's record is stored. Without it nobody could ever start this one.
        guard channel.receive() == .proceed else { _exit(1) }
        let starter = cl_accept(startSocket.raw)
        guard starter >= 0 else { _exit(1) }
        start(payload, InitChannel(owning: Int32(starter)))
    }

    // MARK: Until created

    private borrowing func prepare() throws(RuntimeError) -> Payload {
        _ = cl_reset_signals()
        _ = cl_set_parent_death_signal(SIGKILL)
        guard channel.receive() == .proceed else { _exit(1) }
        if !plan.needsIntermediate { try cgroups.join(.itself) }
        let mask = umask(0)
        setsid()
        let enclave = try loadEnclave()
        let entry = try processEntry()
        try enterNamespaces()
        let root = try RootFilesystem(plan, sources)
        let image = root.image()
        try root.mountAll(cgroups: cgroups)
        try root.makeDevices()
        if plan.process?.terminal == true { try openTerminal(in: root) }
        if let cwd = plan.process?.cwd, plan.spec.root?.readonly != true { _ = try? root.root.directory(cwd) }
        // Hooks make files of the host with the caller's mask.
        umask(mask)
        try KernelParameters(entries: plan.spec.linux.sysctl).apply()
        if plan.hasRuntimeHooks {
            channel.send(.mounted)
            guard channel.receive() == .proceed else { _exit(1) }
        }
        try hooks("createContainer", .creating).run(plan.spec.hooks.createContainer)
        try root.seal()
        try root.enter(pivoting: options.usesPivot, joined)
        try setNames()
        let payload = try prepare(enclave, image, entry)
        _ = cl_set_parent_death_signal(0)
        return payload
    }

    /// What of it needs the host's files is opened now.
    private borrowing func processEntry() throws(RuntimeError) -> ProcessEntry? {
        guard let process = plan.processPlan else { return nil }
        return try ProcessEntry(process, filter: filter, isInUserNamespace: plan.isInUserNamespace)
    }

    private borrowing func prepare(
        _ enclave: consuming EnclavePreparation, _ image: consuming MountTree?, _ entry: consuming ProcessEntry?
    ) throws(RuntimeError) -> Payload {
        guard let entry = consume entry else { return .nothing }
        // In a new user namespace only the parent may raise limits, and has done so.
        if !plan.hasNewUserNamespace { try entry.limit() }
        try enclave.forbidLoading()
        try entry.become(sendingListenerTo: channel)
        switch consume enclave {
        case .libOS(let enclave):
            try enclave.boot(entry.plan.process, image: image)
            return .enclave(enclave, entry)
        case .library(let library):
            try initialise(library, entry.plan.process)
            return .library(library, entry)
        case .none:
            return .program(try entry.program(options.activation), entry)
        }
    }

    private borrowing func enterNamespaces() throws(RuntimeError) {
        try RuntimeError.wrap {
            try joined.enter()
            if plan.isInUserNamespace {
                let owner = plan.namespaceOwner
                try SystemCallError.check(cl_set_ids(owner.uid, owner.gid), "become root of the user namespace")
            }
            // Not in clone3: the process is in its cgroups only now, and this one must be the namespace's root.
            if plan.newNamespaces.contains(.cgroup) { try NamespaceKind.cgroup.unshare() }
            // From here on nothing of the container may look into this process: its /proc/PID belongs to the host's root.
            try SystemCallError.check(cl_set_dumpable(0), "hide this process")
            if plan.newNamespaces.contains(.network) {
                try SystemCallError.check(cl_loopback_up(), "bring the loopback interface up")
            }
        }
        if options.makesKeyring { try RuntimeError.wrap { try SessionKeyring.join(of: plan.id) } }
    }

    private borrowing func openTerminal(in root: borrowing RootFilesystem) throws(RuntimeError) {
        guard let process = plan.process else { return }
        let terminal = try ContainerTerminal(in: root.root, for: process)
        try root.bindConsole(terminal.peer)
        try terminal.attach(sendingMasterTo: consoleSocket)
    }

    private borrowing func setNames() throws(RuntimeError) {
        if let name = plan.spec.hostname, !name.isEmpty, sethostname(name, name.utf8.count) < 0 {
            throw RuntimeError("cannot set the host name \(name): \(SystemCallError.reason(errno))")
        }
        if let name = plan.spec.domainname, setdomainname(name, name.utf8.count) < 0 {
            throw RuntimeError("cannot set the domain name \(name): \(SystemCallError.reason(errno))")
        }
    }

    private borrowing func hooks(_ kind: String, _ status: State.Status) -> HookRunner {
        let state = State(
            id: plan.id, status: status, pid: getpid(), bundle: plan.bundle.path, rootfs: plan.bundle.rootfs,
            annotations: plan.spec.annotations)
        return HookRunner(kind: kind, state: state)
    }

    // MARK: Starting

    private consuming func start(_ payload: consuming Payload, _ starter: consuming InitChannel) -> Never {
        guard starter.receive() == .proceed else { _exit(1) }
        do throws(RuntimeError) {
            try hooks("startContainer", .created).run(plan.spec.hooks.startContainer)
            switch consume payload {
            case .program(let program, let entry):
                throw entry.execute(program, preserving: options.keptDescriptors, sendingListenerTo: starter)
            case .enclave(let enclave, let entry):
                let owner = leaveStart()
                try entry.filterCalls(sendingListenerTo: starter)
                close(starter.descriptor.raw)
                enclave.run(doorway: doorway, owner: owner)
            case .library(let library, let entry):
                let owner = leaveStart()
                try entry.filterCalls(sendingListenerTo: starter)
                close(starter.descriptor.raw)
                library.run(entry.plan.process, doorway: doorway, owner: owner)
            case .nothing: throw RuntimeError("the configuration has no process to start")
            }
        } catch {
            starter.send(.failed(error.description))
            _exit(1)
        }
    }

    /// No exec closes these: `start` waits for the end of its connection, and nobody else needs the rest.
    ///
    /// Whose container it is, by the user at the other end.
    private borrowing func leaveStart() -> uid_t {
        let owner = cl_peer_user(channel.descriptor.raw)
        for number in [startSocket.raw, channel.descriptor.raw, consoleSocket] where number >= 0 { close(number) }
        return uid_t(clamping: owner)
    }
}
