import CEnclave

/// Threads begin and end, a process ends or becomes another program.
enum ProcessCalls {
    private static let threadFlags: UInt64 = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000

    /// clone: threads only; a new process is ENOSYS with one log line, so that glibc and the user both learn of it.
    static func clone(_ flags: UInt64, stack: UInt64, parentTID: UInt64, childTID: UInt64, tls: UInt64, _ thread: Thread)
        throws(Errno) -> Int64
    {
        guard flags & 0x10000 != 0 else {
            kernel.noteUnsupported("fork, vfork and clone of a process are not there yet")
            throw .ENOSYS
        }
        guard flags & threadFlags == threadFlags, flags & 0x7e02_0000 == 0 else { throw .EINVAL }
        guard let frame = thread.frame else { throw .EINVAL }
        let process = thread.process
        guard let child = Thread(id: kernel.nextID(), process: process, name: thread.name) else { throw .EAGAIN }
        child.startFrame = frame.pointee
        child.startFrame.rax = 0
        if stack != 0 { child.startFrame.rsp = stack }
        child.startFrame.restore_all = 1
        child.fsBase = flags & 0x80000 != 0 ? tls : fs_base_read()
        child.signals.mask = thread.signals.mask
        extended_state_save(child.extendedState)
        if flags & 0x100000 != 0 { try userStore(child.id, to: parentTID) }
        if flags & 0x1000000 != 0 { try userStore(child.id, to: childTID) }
        if flags & 0x200000 != 0 { child.clearChildTID = childTID }
        process.threads.append(child)
        Scheduler.start(child)
        return Int64(child.id)
    }

    static func clone3(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 >= 64, call.a1 <= 4096 else { throw call.a1 < 64 ? .EINVAL : .E2BIG }
        func word(_ index: UInt64) throws(Errno) -> UInt64 { try userLoad(call.a0 &+ index * 8, as: UInt64.self) }
        let flags = try word(0)
        let stack = try word(5)
        let size = try word(6)
        return try clone(
            flags, stack: stack == 0 ? 0 : stack &+ size, parentTID: try word(3), childTID: try word(2), tls: try word(7), thread)
    }

    static func exit(_ status: UInt64, _ thread: Thread) -> Never {
        if thread.process.threads.count == 1 { endProcess(thread.process, status: UInt32(status & 0xff), signal: 0) }
        endCurrentThread(thread)
    }

    static func execve(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let path = try userPath(call.a0)
        let arguments = try strings(call.a1)
        let environment = try strings(call.a2)
        let process = thread.process
        guard process.threads.count == 1 else {
            kernel.noteUnsupported("execve of a program with several threads is not there yet")
            throw .ENOSYS
        }
        // Everything that can be refused is looked at before the old program goes.
        let file = try kernel.files.executableFile(path: path, at: process.directory)
        _ = file
        let old = process.addressSpace
        old.remove(0, UInt64.max)
        do throws(Errno) {
            try kernel.become(
                process, thread, path: path, arguments: arguments.isEmpty ? [[]] : arguments, environment: environment)
        } catch {
            // The old program is gone: as Linux does then, the process ends.
            endProcess(process, status: 0, signal: UInt32(Signal.segmentation))
            endCurrentThread(thread)
        }
        process.descriptors.closeOnExec()
        for index in process.signals.actions.indices where process.signals.actions[index].handler > 1 {
            process.signals.actions[index] = SignalAction()
        }
        thread.signals.stackFlags = 2
        thread.signals.stackSize = 0
        thread.clearChildTID = 0
        if let frame = thread.frame { frame.pointee = thread.startFrame }
        fs_base_write(0)
        return 0
    }

    private static func strings(_ address: UInt64) throws(Errno) -> [Bytes] {
        var result: [Bytes] = []
        var at = address
        guard address != 0 else { return [] }
        while true {
            let pointer = try userLoad(at, as: UInt64.self)
            if pointer == 0 { return result }
            result.append(try userString(pointer, limit: 131_072, tooLong: .E2BIG))
            guard result.count < 65536 else { throw .E2BIG }
            at &+= 8
        }
    }
}

/// Marks the process as ending; its threads leave at their next return from the kernel.
func endProcess(_ process: Process, status: UInt32, signal: UInt32) {
    guard process.ending == nil else { return }
    process.ending = Process.Ending(status: status, signal: signal)
    for thread in process.threads {
        if thread.state == .running && thread !== currentThreadIfAny() { Scheduler.interruptRunning() }
        Scheduler.wake(thread)
    }
}

/// Takes the current thread off its process and leaves its stack for good; the last one takes the process with it.
func endCurrentThread(_ thread: Thread) -> Never {
    let process = thread.process
    if thread.clearChildTID != 0 && process.ending == nil {
        do throws(Errno) { try userStore(UInt32(0), to: thread.clearChildTID) } catch {}
        _ = Futex.wake(thread.clearChildTID, 1, UInt32.max, process.addressSpace)
    }
    RobustList.release(thread)
    if let index = process.threads.firstIndex(where: { $0 === thread }) { process.threads.remove(at: index) }
    process.endedThreadsRan += thread.ran
    if process.threads.isEmpty || process.ending != nil { kernel.finish(process) }
    Scheduler.end(thread)
}
