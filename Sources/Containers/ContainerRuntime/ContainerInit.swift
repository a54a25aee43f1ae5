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
    let channel: InitChannel
    let joined: JoinedNamespaces
    /// The socket `start` connects to.
    let startSocket: FileDescriptor
    /// Where the terminal's master goes; -1: no terminal.
    let consoleSocket: Int32
    /// Where others reach what an enclave holds; -1: an ordinary container.
    let doorway: Int32

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
        start(payload, FileDescriptor(owning: Int32(starter)))
    }

    // MARK: Until created

    private borrowing func prepare() throws(RuntimeError) -> Payload {
        _ = cl_reset_signals()
        _ = cl_set_parent_death_signal(SIGKILL)
        guard channel.receive() == .proceed else { _exit(1) }
        umask(0)
        setsid()
        let enclave = try loadEnclave()
        try enterNamespaces()
        let root = try RootFilesystem(plan)
        let image = root.image()
        try root.mountAll(cgroups: cgroups)
        try root.makeDevices()
        if plan.process?.terminal == true { try openTerminal(in: root) }
        if let cwd = plan.process?.cwd, plan.spec.root?.readonly != true { _ = try? root.root.directory(cwd) }
        try setKernelParameters()
        if plan.hasRuntimeHooks {
            channel.send(.mounted)
            guard channel.receive() == .proceed else { _exit(1) }
        }
        try hooks("createContainer", .creating).run(plan.spec.hooks.createContainer)
        try root.seal()
        try root.enter(pivoting: options.usesPivot)
        try setNames()
        let payload = try prepare(enclave, image)
        _ = cl_set_parent_death_signal(0)
        return payload
    }

    /// First of all, while the host's files and this process's rights are there.
    private borrowing func loadEnclave() throws(RuntimeError) -> EnclaveInit? {
        guard let selection = plan.enclave else { return nil }
        let enclave = try EnclaveInit(selection, plan)
        if enclave.isSimulated {
            channel.send(.warning("the enclave is SIMULATED: nothing in it is confidential on this machine"))
        }
        return enclave
    }

    private borrowing func prepare(
        _ enclave: consuming EnclaveInit?, _ image: consuming MountTree?
    ) throws(RuntimeError) -> Payload {
        guard let process = plan.process else { return .nothing }
        switch consume enclave {
        case .some(let enclave):
            try become(process)
            try enclave.boot(process, image: image)
            return .enclave(enclave)
        case nil: return .program(try prepare(process))
        }
    }

    private borrowing func enterNamespaces() throws(RuntimeError) {
        try RuntimeError.wrap {
            try joined.enter()
            if plan.isInUserNamespace {
                try SystemCallError.check(cl_set_ids(0, 0), "become root of the user namespace")
            }
            // Not in clone3: the process is in its cgroups only now, and this one must be the namespace's root.
            if plan.newNamespaces.contains(.cgroup) { try NamespaceKind.cgroup.unshare() }
            // From here on nothing of the container may look into this process: its /proc/PID belongs to the host's root.
            try SystemCallError.check(cl_set_dumpable(0), "hide this process")
            if plan.newNamespaces.contains(.network) {
                try SystemCallError.check(cl_loopback_up(), "bring the loopback interface up")
            }
        }
        if options.makesKeyring { _ = cl_new_session_keyring("_ses.\(plan.id)") }
    }

    private borrowing func openTerminal(in root: borrowing RootFilesystem) throws(RuntimeError) {
        guard let process = plan.process else { return }
        try RuntimeError.wrap("the terminal") {
            let inside = try root.root.openIfPresent("/dev/pts/ptmx", O_RDWR | O_NOCTTY)
            let master = try inside ?? FileDescriptor.open("/dev/ptmx", O_RDWR | O_NOCTTY)
            let peer = FileDescriptor(
                owning: try SystemCallError.check(cl_open_terminal_peer(master.raw), "open its other end"))
            if let size = process.consoleSize {
                _ = cl_set_terminal_size(master.raw, UInt32(size.height), UInt32(size.width))
            }
            try SystemCallError.checkErrno(fchown(peer.raw, process.user.uid, gid_t.max), "set its owner")
            try root.bindConsole(peer)
            for number in Int32(0)...2 { dup2(peer.raw, number) }
            try SystemCallError.check(cl_make_controlling_terminal(0), "make it the controlling one")
            try SystemCallError.check(cl_send_descriptor(consoleSocket, master.raw, "/dev/ptmx"), "send its master")
        }
    }

    /// The host's /proc is still there, and /proc/sys shows each reader the values of its own namespaces.
    private borrowing func setKernelParameters() throws(RuntimeError) {
        for (key, value) in plan.spec.linux.sysctl {
            let path = "/proc/sys/" + key.map { $0 == "." ? "/" : String($0) }.joined()
            try RuntimeError.wrap("linux.sysctl") { try FileContents.write(value, to: path) }
        }
    }

    private borrowing func setNames() throws(RuntimeError) {
        if let name = plan.spec.hostname, !name.isEmpty, sethostname(name, name.utf8.count) < 0 {
            throw RuntimeError("cannot set the host name \(name): \(SystemCallError.reason(errno))")
        }
        if let name = plan.spec.domainname, setdomainname(name, name.utf8.count) < 0 {
            throw RuntimeError("cannot set the domain name \(name): \(SystemCallError.reason(errno))")
        }
    }

    private borrowing func become(_ process: SpecProcess) throws(RuntimeError) {
        if !process.terminal, process.user.uid != 0 { giveStreams(to: process.user.uid) }
        try Credentials(plan: plan, process: process).apply()
    }

    private borrowing func prepare(_ process: SpecProcess) throws(RuntimeError) -> PreparedProgram {
        try become(process)
        // Opened without magic links: a working directory below /proc/self/fd would be one of the host's.
        try RuntimeError.wrap("process.cwd") {
            let directory = try FileDescriptor.open("/", O_PATH | O_DIRECTORY)
            let folder = try RootedPath(root: directory.raw).open(process.cwd, O_PATH | O_DIRECTORY)
            try SystemCallError.checkErrno(fchdir(folder.raw), "enter \(process.cwd)")
        }
        var environment = process.env
        if !environment.contains(where: { $0.hasPrefix("HOME=") }) {
            environment.append("HOME=" + HomeDirectory.of(process.user.uid))
        }
        let path = try ExecutableSearch(environment: environment).find(process.args[0], in: process.cwd)
        return PreparedProgram(path: path, arguments: process.args, environment: environment)
    }

    /// Pipes made by the caller belong to its user; the program must be able to open its own /dev/stdout again.
    private borrowing func giveStreams(to uid: UInt32) {
        for number in Int32(0)...2 {
            var information = stat()
            guard fstat(number, &information) == 0, information.st_uid != uid else { continue }
            if [S_IFIFO, S_IFSOCK].contains(information.st_mode & S_IFMT) { _ = fchown(number, uid, gid_t.max) }
        }
    }

    private borrowing func hooks(_ kind: String, _ status: State.Status) -> HookRunner {
        let state = State(
            id: plan.id, status: status, pid: getpid(), bundle: plan.bundle.path, rootfs: plan.bundle.rootfs,
            annotations: plan.spec.annotations)
        return HookRunner(kind: kind, state: state)
    }

    // MARK: Starting

    private consuming func start(_ payload: consuming Payload, _ starter: consuming FileDescriptor) -> Never {
        var buffer: UInt8 = 0
        guard recv(starter.raw, &buffer, 1, 0) == 1 else { _exit(1) }
        do throws(RuntimeError) {
            try hooks("startContainer", .created).run(plan.spec.hooks.startContainer)
        } catch {
            refuse(error, starter)
        }
        switch consume payload {
        case .program(let program):
            _ = cl_close_on_exec_from(3 + options.preservedDescriptors)
            program.execute()
            refuse(RuntimeError("exec: \"\(program.path)\": \(SystemCallError.reason(errno).lowercased())"), starter)
        case .enclave(let enclave):
            let owner = cl_peer_user(channel.descriptor.raw)
            // No exec closes these: `start` waits for the end of its connection, and nobody else needs the rest.
            for number in [startSocket.raw, channel.descriptor.raw, consoleSocket, starter.raw] where number >= 0 { close(number) }
            enclave.run(doorway: doorway, owner: uid_t(clamping: owner))
        case .nothing: refuse(RuntimeError("the configuration has no process to start"), starter)
        }
    }

    private borrowing func refuse(_ error: RuntimeError, _ starter: borrowing FileDescriptor) -> Never {
        let text = Array(error.description.utf8.prefix(4096))
        _ = text.withUnsafeBytes { send(starter.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        _exit(1)
    }
}
