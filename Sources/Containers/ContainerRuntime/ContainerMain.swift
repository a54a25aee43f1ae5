import CLinux
import Glibc
import Linux
import OCI

/// The side of a start that stays outside: makes the container's first process, maps, limits and records it.
struct ContainerMain {
    let plan: LaunchPlan
    let options: LaunchOptions
    let directory: StateDirectory
    private var cgroups: ContainerCgroups
    private let filter: SeccompProgram?
    /// From then on hooks may have run, and what they did is to be undone when the rest fails.
    private var hasProcess = false
    let transcript: LibraryTranscript?

    init(_ options: LaunchOptions) throws(RuntimeError) {
        self.options = options
        try RuntimeError.requireOpen(descriptors: options.keptDescriptors)
        directory = try StateDirectory(root: options.stateRoot, id: options.id)
        plan = try LaunchPlan(id: options.id, bundle: Bundle(at: options.bundle))
        if let enclave = plan.enclave, !enclave.isLibOS {
            guard options.libraries != nil else { throw LibraryHost.become(for: enclave) }
            transcript = try LibraryTranscript()
        } else {
            transcript = nil
        }
        for warning in plan.warnings { options.log.warning(warning) }
        filter = try plan.seccompProgram(root: options.stateRoot, options.log)
        cgroups = ContainerCgroups(
            hierarchies: try CgroupHierarchy.mounted(), cgroupsPath: plan.spec.linux.cgroupsPath, id: options.id)
    }

    /// Makes the container up to `created`; when that fails nothing of it is left.
    mutating func create(consoleSocket: consuming FileDescriptor?) throws(RuntimeError) -> ProcessDescriptor {
        let joined = try JoinedNamespaces(plan.joinedNamespaces)
        try directory.make()
        do {
            let log = options.log
            try recordMaking()
            try cgroups.make { log.warning($0) }
            try cgroups.apply(plan.spec.linux.resources) { log.warning($0) }
            if let owner = plan.cgroupOwner { cgroups.delegate(to: owner) { log.warning($0) } }
            let listening = try listen()
            return try launch(joined, listening, consoleSocket, doorway: plan.enclave == nil ? nil : listenAtDoorway())
        } catch {
            cgroups.unmake()
            directory.remove()
            if hasProcess {
                let log = options.log
                HookRunner(kind: "poststop", state: state(.stopped, 0)).runAll(plan.spec.hooks.poststop) { log.warning($0) }
            }
            throw error
        }
    }

    /// The path by way of /proc: a state directory may be deeper than a socket's address is long.
    private func listen() throws(RuntimeError) -> FileDescriptor {
        try RuntimeError.wrap {
            let folder = try FileDescriptor.open(directory.path, O_PATH | O_DIRECTORY)
            let result = cl_unix_listen(Int32(SOCK_SEQPACKET.rawValue), "/proc/self/fd/\(folder.raw)/start.sock")
            return FileDescriptor(owning: try SystemCallError.check(result, "listen on \(directory.socketPath)"))
        }
    }

    private mutating func launch(
        _ joined: consuming JoinedNamespaces, _ listening: consuming FileDescriptor, _ consoleSocket: consuming FileDescriptor?,
        doorway: consuming FileDescriptor?
    ) throws(RuntimeError) -> ProcessDescriptor {
        let sources = try MountSources(plan, joining: joined)
        defer { sources.close() }
        let ends = try InitChannel.pair()
        let channel = InitChannel(owning: ends.own)
        let child = InitChannel(owning: ends.child)
        let needsIntermediate = plan.needsIntermediate
        let namespaces = needsIntermediate ? plan.intermediateNamespaces : plan.clonedNamespaces
        let door = Self.released(doorway)
        let cloned = try cgroups.clone(namespaces: namespaces)
        switch consume cloned {
        case .child:
            close(channel.descriptor.release())
            let console = Self.released(consoleSocket)
            guard needsIntermediate else { runInit(child, joined, listening, sources, console, doorway: door) }
            let socket = listening.release()
            ContainerIntermediate(joined: joined, plan: plan, channel: child).run { child, joined in
                runInit(child, joined, FileDescriptor(owning: socket), sources, console, doorway: door)
            }
        case .parent(let process):
            close(child.descriptor.release())
            // The container's alone: whoever connects after its end is to hear so.
            if door >= 0 { close(door) }
            guard needsIntermediate else { return try complete(process, channel) }
            if plan.intermediateNamespaces != 0 { try mapIDs(of: process.pid, channel) }
            let pid = try clonedPID(channel)
            _ = process.wait()
            return try complete(RuntimeError.wrap { try ProcessDescriptor(pid: pid) }, channel)
        }
    }

    private func runInit(
        _ channel: consuming InitChannel, _ joined: consuming JoinedNamespaces, _ listening: consuming FileDescriptor,
        _ sources: MountSources, _ console: Int32, doorway: Int32
    ) -> Never {
        ContainerInit(
            plan: plan, options: options, cgroups: cgroups, filter: filter, channel: channel, joined: joined,
            sources: sources, startSocket: listening, consoleSocket: console, doorway: doorway, transcript: transcript
        ).run()
    }

    private static func released(_ descriptor: consuming FileDescriptor?) -> Int32 {
        switch consume descriptor {
        case .some(let descriptor): descriptor.release()
        case nil: -1
        }
    }

    private func clonedPID(_ channel: borrowing InitChannel) throws(RuntimeError) -> Int32 {
        switch channel.receive() {
        case .cloned(let pid): return pid
        case .failed(let reason): throw RuntimeError(reason)
        default: throw RuntimeError("the process that joins the namespaces ended unexpectedly")
        }
    }

    // MARK: The parent's part

    private mutating func complete(
        _ process: consuming ProcessDescriptor, _ channel: borrowing InitChannel
    ) throws(RuntimeError) -> ProcessDescriptor {
        hasProcess = true
        do {
            try admit(process.pid)
            channel.send(.proceed)
            try follow(process.pid, channel)
            try record(process.pid)
            if let path = options.pidfdSocket { try process.send(over: path) }
            channel.send(.proceed)
            return process
        } catch {
            try? process.signal(SIGKILL)
            _ = process.wait()
            unlinkPIDFile()
            throw error
        }
    }

    /// Everything that takes the privileges of the host, before the child does anything.
    private func admit(_ pid: Int32) throws(RuntimeError) {
        if plan.hasNewUserNamespace, plan.intermediateNamespaces == 0 { try idMapping.apply(to: pid) }
        // Through an intermediate process it has become another user, who may not enter them itself.
        if plan.needsIntermediate { try cgroups.join(.other(pid)) }
        if let score = plan.process?.oomScoreAdj {
            try RuntimeError.wrap { try ProcFilesystem().write(String(score), to: "\(pid)/oom_score_adj") }
        }
        guard plan.hasNewUserNamespace else { return }
        for limit in plan.processPlan?.limits ?? [] {
            try RuntimeError.wrap {
                try ResourceLimit.set(limit.resource, soft: limit.soft, hard: limit.hard, of: pid)
            }
        }
    }

    private var idMapping: IDMapping { IDMapping(uids: plan.uidRanges, gids: plan.gidRanges) }

    /// For a process that waits for it, and then makes the container's first one.
    private func mapIDs(of pid: Int32, _ channel: borrowing InitChannel) throws(RuntimeError) {
        do {
            try idMapping.apply(to: pid)
        } catch {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
        channel.send(.proceed)
    }

    private func follow(_ pid: Int32, _ channel: borrowing InitChannel) throws(RuntimeError) {
        var deed = ""
        while true {
            switch channel.receive() {
            case .ready: return
            case .doing(let text): deed = text
            case .failed(let reason): throw RuntimeError(reason)
            case .warning(let text): options.log.warning(text)
            case .listener(let descriptor):
                try filter?.listener?.hand(FileDescriptor(owning: descriptor), of: pid, state(.creating, pid))
            case .mounted:
                try runtimeHooks(pid)
                channel.send(.proceed)
            default: throw explaining(pid, deed)
            }
        }
    }

    private func runtimeHooks(_ pid: Int32) throws(RuntimeError) {
        // These once ran as part of start: what is written for them knows no other status than created.
        try HookRunner(kind: "prestart", state: state(.created, pid)).run(plan.spec.hooks.prestart)
        try HookRunner(kind: "createRuntime", state: state(.creating, pid)).run(plan.spec.hooks.createRuntime)
    }

    private func state(_ status: State.Status, _ pid: Int32) -> State {
        State(
            id: plan.id, status: status, pid: pid, bundle: plan.bundle.path, rootfs: plan.bundle.rootfs,
            annotations: plan.spec.annotations)
    }

    /// What is about to be made stands in a record before it is: when this process is killed, `delete --force` finds it.
    private func recordMaking() throws(RuntimeError) {
        guard let own = ProcessStatus(pid: getpid()) else { throw RuntimeError("/proc shows this process to nobody") }
        var record = StateRecord(
            id: plan.id, pid: getpid(), startTime: own.startTime, bundle: plan.bundle, cgroups: cgroups.unused,
            hasOwnPIDNamespace: true)
        record.isBeingMade = true
        try directory.save(record)
    }

    private func record(_ pid: Int32) throws(RuntimeError) {
        guard let status = ProcessStatus(pid: pid) else { throw RuntimeError("the container's first process is gone") }
        try ProcessRecord(plan, filter: filter, makesKeyring: options.makesKeyring).save(to: directory)
        var record = StateRecord(
            id: plan.id, pid: pid, startTime: status.startTime, bundle: plan.bundle, cgroups: cgroups.set,
            hasOwnPIDNamespace: plan.newNamespaces.contains(.pid))
        record.enclave = plan.enclave.map(EnclaveRecord.init)
        try directory.save(record)
        if let file = options.pidFile {
            try RuntimeError.wrap { try FileContents.replace(file, with: Array(String(pid).utf8), mode: 0o644) }
        }
    }

    private func unlinkPIDFile() {
        if let file = options.pidFile { unlink(file) }
    }
}
