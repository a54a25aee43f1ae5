import CLinux
import Glibc
import Linux
import OCI

/// The side of `exec` that stays outside: makes the process and, unless detached, attends to it.
struct ExecMain {
    private let container: Container
    private let record: ProcessRecord
    private let plan: ProcessPlan
    private let cgroups: ExecCgroups
    private let options: ExecOptions
    private let log: RuntimeLog

    init(_ container: Container, _ options: ExecOptions, log: RuntimeLog) throws(RuntimeError) {
        self.container = container
        self.options = options
        self.log = log
        try RuntimeError.requireOpen(descriptors: options.preservedDescriptors)
        record = try ProcessRecord.load(from: container.directory)
        let record = record
        let process = try Self.process(options, record)
        plan = try ProcessPlan(
            process, personality: RuntimeError.wrap { try record.parsedPersonality() },
            isInUserNamespace: record.namespaces.contains(.user))
        for warning in plan.warnings { log.warning(warning) }
        cgroups = try ExecCgroups(container, options.cgroups)
    }

    private static func process(_ options: ExecOptions, _ record: ProcessRecord) throws(RuntimeError) -> SpecProcess {
        guard let file = options.processFile else {
            return options.applied(to: try RuntimeError.wrap { try record.parsedProcess() })
        }
        return try RuntimeError.wrap {
            let bytes = try FileContents.read(file)
            var process = try SpecProcess(JSONObject(try JSONParser.parse(bytes), at: "process"))
            process.inheritRights(of: try record.parsedProcess())
            return process
        }
    }

    /// Returns the program's exit status, or 0 when detached.
    func run() throws(RuntimeError) -> Int32 {
        let terminal = try TerminalDelivery(
            wanted: plan.process.terminal, socket: options.consoleSocket, staysAttached: !options.detaches)
        let signals = options.detaches ? -1 : cl_signal_descriptor()
        let process = try launch(terminal)
        try deliver(process)
        if options.detaches { return 0 }
        return RunSession(process, signals: FileDescriptor(owning: Int32(signals)), terminal: terminal.master()).attend()
    }

    private func launch(_ terminal: borrowing TerminalDelivery) throws(RuntimeError) -> ProcessDescriptor {
        let target = try container.process()
        let ends = try InitChannel.pair()
        let channel = InitChannel(owning: ends.own)
        let child = InitChannel(owning: ends.child)
        // The child inherits it. Hidden, it could not set its own without root's rights.
        let joined = namespacesOfChildren
        if joined.contains(.user) { try plan.setOOMScore() }
        // From its first instant in the container's PID namespace on nothing there may look into the child.
        _ = cl_set_dumpable(0)
        try ContainerNamespaces(joined).join(target)
        var isInside = false
        switch try clone(&isInside) {
        case .child:
            close(channel.descriptor.release())
            ExecProcess(
                plan: plan, record: record, containerID: container.record.id, cgroups: cgroups, isInUnifiedCgroup: isInside,
                options: options, channel: child, target: target, joined: joined, consoleSocket: terminal.socket
            ).run()
        case .parent(let process):
            close(child.descriptor.release())
            do throws(RuntimeError) {
                try follow(process.pid, channel)
            } catch {
                try? process.signal(SIGKILL)
                _ = process.wait()
                throw error
            }
            return process
        }
    }

    /// What counts from the next process on.
    ///
    /// Whoever is not root has the right to join the PID namespace only in the user namespace it belongs to, where this process is another
    /// user: to be asked before.
    private var namespacesOfChildren: [NamespaceKind] {
        guard record.namespaces.contains(.pid) else { return [] }
        return geteuid() != 0 && record.namespaces.contains(.user) ? [.user, .pid] : [.pid]
    }

    /// A process that is born in its v2 cgroup need not be moved; `isInside` says whether it was.
    private func clone(_ isInside: inout Bool) throws(RuntimeError) -> CloneResult {
        // Where it runs before it is in its cgroups matters only if that was asked for.
        if plan.initialCPUs == nil, let folder = cgroups.birthplace() {
            isInside = true
            if let born = try? cloneProcess(namespaces: 0, cgroup: folder.raw) { return born }
            isInside = false
        }
        return try RuntimeError.wrap { try cloneProcess(namespaces: 0) }
    }

    /// Returns when the process has become the program: its end of the channel is closed by exec itself.
    private func follow(_ pid: Int32, _ channel: borrowing InitChannel) throws(RuntimeError) {
        while let message = channel.receive() {
            switch message {
            case .failed(let reason): throw RuntimeError(reason)
            case .warning(let text): log.warning(text)
            case .listener(let descriptor):
                let state = container.record.state(container.status)
                try record.filter?.listener?.hand(FileDescriptor(owning: descriptor), of: pid, state)
            default: break
            }
        }
    }

    /// What the caller is told of the process before `exec` returns.
    private func deliver(_ process: borrowing ProcessDescriptor) throws(RuntimeError) {
        do throws(RuntimeError) {
            if let path = options.pidfdSocket { try process.send(over: path) }
            guard let file = options.pidFile else { return }
            let text = Array(String(process.pid).utf8)
            try RuntimeError.wrap { try FileContents.replace(file, with: text, mode: 0o644) }
        } catch {
            try? process.signal(SIGKILL)
            throw error
        }
    }
}

extension ContainerRuntime {
    /// Runs one more process in a container; returns its exit status, or 0 at once when detached.
    package func exec(_ options: ExecOptions) throws(RuntimeError) -> Int32 {
        let container = try Container(StateDirectory(root: root, id: options.id))
        try container.record.requireOrdinary(for: "exec")
        switch container.status {
        case .stopped: throw RuntimeError("cannot exec in a stopped container: container not running")
        // What is recorded then is the process that makes it, in the namespaces of the host.
        case .creating: throw RuntimeError("cannot exec in a container that is being created: container not running")
        case .paused where !options.ignoresPause:
            throw RuntimeError("cannot exec in a paused container (use --ignore-paused to override)")
        default: break
        }
        return try ExecMain(container, options, log: log).run()
    }
}
