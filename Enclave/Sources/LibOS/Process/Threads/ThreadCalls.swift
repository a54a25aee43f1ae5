/// What a thread says of itself, and its end.
enum ThreadCalls {
    /// exit(2): the process ends with its last thread, and its status is the first thread's.
    static func exit(_ status: UInt64, _ thread: Thread) -> Never {
        let process = thread.process
        if thread.id == process.id { process.firstThreadStatus = UInt32(status & 0xff) }
        if process.threads.count == 1 { endProcess(process, status: process.firstThreadStatus, signal: 0) }
        endCurrentThread(thread)
    }

    static func setRobustList(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 == RobustList.headLength else { throw .EINVAL }
        thread.robustList = call.a0
        return 0
    }

    static func getRobustList(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let id = Int32(truncatingIfNeeded: call.a0)
        guard let target = id == 0 ? thread : kernel.thread(id) else { throw .ESRCH }
        try userStore(RobustList.headLength, to: call.a2)
        try userStore(target.robustList, to: call.a1)
        return 0
    }

    /// kcmp(2): 0 where both have the same object, otherwise which comes first in an order that means nothing.
    static func compare(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard let first = kernel.thread(Int32(truncatingIfNeeded: call.a0)),
            let second = kernel.thread(Int32(truncatingIfNeeded: call.a1))
        else { throw .ESRCH }
        switch Int32(truncatingIfNeeded: call.a2) {
        case 0:
            let one = try first.process.descriptors.get(Int32(truncatingIfNeeded: call.a3))
            let other = try second.process.descriptors.get(Int32(truncatingIfNeeded: call.a4))
            if one === other { return 0 }
            return ObjectIdentifier(one) < ObjectIdentifier(other) ? 1 : 2
        // Memory, descriptors, file system, signal handlers, I/O context, semaphores: the process' own.
        case 1...6:
            if first.process === second.process { return 0 }
            return ObjectIdentifier(first.process) < ObjectIdentifier(second.process) ? 1 : 2
        default: throw .EINVAL
        }
    }
}

/// Marks the process as ending; its threads leave at their next return from the kernel.
func endProcess(_ process: Process, status: UInt32, signal: UInt32) {
    guard process.ending == nil else { return }
    process.ending = Process.Ending(status: status, signal: signal)
    process.hurry()
}

/// Takes the current thread off its process and leaves its stack for good; the last one takes the process with it.
func endCurrentThread(_ thread: Thread) -> Never {
    let process = thread.process
    if !thread.isToEnd {
        if thread.clearChildTID != 0 { releaseJoiners(thread) }
        RobustList.release(thread)
        PriorityLocks.release(ownedBy: thread)
    }
    if let index = process.threads.firstIndex(where: { $0 === thread }) { process.threads.remove(at: index) }
    process.endedThreadsRan += thread.ran
    process.offerPending(~thread.signals.mask, besides: thread)
    process.threadEnded.wakeAll()
    if process.threads.isEmpty || process.ending != nil { kernel.finish(process) }
    Scheduler.end(thread)
}

/// Who joins a thread waits at this word, which glibc calls shared.
private func releaseJoiners(_ thread: Thread) {
    do throws(Errno) {
        try userStore(UInt32(0), to: thread.clearChildTID)
        let key = try FutexKey(thread.clearChildTID, isPrivate: false, thread.process.addressSpace)
        try FutexTable.wake(key, 1)
    } catch {
        // The word is not there any more.
    }
}
