extension SignalCalls {
    /// kill: a process by its number, a group by its negative, everybody by -1.
    static func kill(_ id: Int32, _ signal: Int32, _ thread: Thread) throws(Errno) -> Int64 {
        let sender = thread.process
        // Looked for before the signal's number is looked at, as Linux does.
        let targets = processes(id, sender)
        guard !targets.isEmpty else { throw .ESRCH }
        guard signal >= 0, signal <= Signal.last else { throw .EINVAL }
        var isRefused = false
        for target in targets {
            guard may(sender, signal: target) else {
                isRefused = true
                continue
            }
            if signal != 0 { target.raise(SignalInformation(signal: signal, sender: sender)) }
        }
        if isRefused && targets.count == 1 { throw .EPERM }
        return 0
    }

    private static func processes(_ id: Int32, _ sender: Process) -> [Process] {
        kernel.processList.filter { process in
            switch id {
            case 1...: process.id == id
            case 0: process.processGroup == sender.processGroup
            // Everybody but the first process and oneself.
            case -1: process !== sender && process.id != 1
            // The lowest number is no group's: it has no negative.
            default: id != Int32.min && process.processGroup == -id
            }
        }
    }

    private static func may(_ sender: Process, signal target: Process) -> Bool {
        sender === target || sender.euid == 0 || sender.euid == target.suid || sender.euid == target.uid
            || sender.uid == target.suid || sender.uid == target.uid
    }

    /// tkill and tgkill.
    static func threadKill(_ group: Int32?, _ id: Int32, _ signal: Int32, _ thread: Thread) throws(Errno) -> Int64 {
        let information = SignalInformation(signal: signal, code: SignalInformation.fromThreadKill, sender: thread.process)
        return try send(information, to: id, of: group, thread)
    }

    private static func send(
        _ information: SignalInformation, to id: Int32, of group: Int32?, _ thread: Thread
    ) throws(Errno) -> Int64 {
        guard let target = find(id, of: group) else { throw .ESRCH }
        guard information.signal >= 0, information.signal <= Signal.last else { throw .EINVAL }
        guard may(thread.process, signal: target.process) else { throw .EPERM }
        guard information.signal == 0 || target.raise(information) else { throw .EAGAIN }
        return 0
    }

    private static func find(_ id: Int32, of group: Int32?) -> Thread? {
        for process in kernel.processList where group == nil || process.id == group {
            if let thread = process.threads.first(where: { $0.id == id }) { return thread }
        }
        return nil
    }

    // MARK: With information of the sender's own

    /// rt_sigqueueinfo.
    static func queue(_ id: Int32, _ signal: Int32, _ address: UInt64, _ thread: Thread) throws(Errno) -> Int64 {
        let information = try SignalInformation.load(signal, from: address)
        guard isHonest(information) || id == thread.process.id else { throw .EPERM }
        guard let target = kernel.processList.first(where: { $0.id == id }) else { throw .ESRCH }
        return try send(information, to: target, thread)
    }

    private static func send(_ information: SignalInformation, to target: Process, _ thread: Thread) throws(Errno) -> Int64 {
        guard information.signal >= 0, information.signal <= Signal.last else { throw .EINVAL }
        guard may(thread.process, signal: target) else { throw .EPERM }
        guard information.signal == 0 || target.raise(information) else { throw .EAGAIN }
        return 0
    }

    /// rt_tgsigqueueinfo.
    static func threadQueue(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let group = Int32(truncatingIfNeeded: call.a0)
        let id = Int32(truncatingIfNeeded: call.a1)
        let information = try SignalInformation.load(Int32(truncatingIfNeeded: call.a2), from: call.a3)
        guard group > 0, id > 0 else { throw .EINVAL }
        guard isHonest(information) || group == thread.process.id else { throw .EPERM }
        return try send(information, to: id, of: group, thread)
    }

    /// Nobody else is told that the kernel or kill sent a signal.
    private static func isHonest(_ information: SignalInformation) -> Bool {
        information.code < 0 && information.code != SignalInformation.fromThreadKill
    }

    // MARK: pidfd

    static func openProcess(_ id: Int32, flags: UInt32, _ thread: Thread) throws(Errno) -> Int64 {
        // PIDFD_THREAD is O_EXCL.
        let isThread = flags & OpenFlags.exclusive != 0
        guard flags & ~(OpenFlags.nonBlocking | OpenFlags.exclusive) == 0, id > 0 else { throw .EINVAL }
        guard let process = kernel.processList.first(where: { $0.id == id }) else {
            // A thread that is not the first of its process has no descriptor.
            throw find(id, of: nil) == nil ? .ESRCH : isThread ? .EINVAL : .ENOENT
        }
        guard !isThread else { throw .EINVAL }
        return Int64(try thread.process.descriptors.install(ProcessFile(process, flags: flags), cloexec: true))
    }

    static func sendToProcessFile(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let signal = Int32(truncatingIfNeeded: call.a1)
        guard UInt32(truncatingIfNeeded: call.a3) == 0 else { throw .EINVAL }
        let process = try process(of: try thread.process.descriptors.get(Int32(truncatingIfNeeded: call.a0)))
        guard call.a2 != 0 else {
            return try send(SignalInformation(signal: signal, sender: thread.process), to: process, thread)
        }
        let information = try SignalInformation.load(signal, from: call.a2)
        let number = try userLoad(call.a2, as: Int32.self)
        guard number == signal else { throw .EINVAL }
        guard isHonest(information) || process === thread.process else { throw .EPERM }
        return try send(information, to: process, thread)
    }

    /// What names a process: its own descriptor, or its directory in /proc.
    private static func process(of file: OpenFile) throws(Errno) -> Process {
        if let file = file as? ProcessFile { return file.process }
        guard !file.isPathOnly, let directory = file.node as? ProcessDirectory else { throw .EBADF }
        return directory.process
    }
}
