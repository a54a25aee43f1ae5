/// The calls on threads and programs.
enum ProcessCalls {
    /// `nil` when the number is none of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 202: return try FutexCalls.call(call, thread)
        case 449: return try FutexVector.wait(call, thread)
        case 56: return try CloneCalls.clone(CloneRequest(call: call), thread)
        case 57: return try CloneCalls.clone(CloneRequest(newProcess: 0), thread)
        case 58: return try CloneCalls.clone(CloneRequest(newProcess: CloneRequest.vm), thread)
        case 435: return try CloneCalls.clone(CloneRequest(structure: call.a0, size: call.a1), thread)
        case 59: return try ExecCalls.execve(call, thread)
        case 322: return try ExecCalls.execveat(call, thread)
        case 60: ThreadCalls.exit(call.a0, thread)
        case 231:
            endProcess(thread.process, status: UInt32(call.a0 & 0xff), signal: 0)
            return 0
        case 61: return try WaitCalls.wait(call)
        case 247: return try WaitCalls.waitForInformation(call, thread)
        case 158: return try ProcessControl.architecture(call, thread)
        case 218:
            thread.clearChildTID = call.a0
            return Int64(thread.id)
        case 273: return try ThreadCalls.setRobustList(call, thread)
        case 274: return try ThreadCalls.getRobustList(call, thread)
        case 312: return try ThreadCalls.compare(call, thread)
        case 324: return try MemoryBarrier.call(call, thread)
        // Refused as an old kernel does, so that glibc goes without: rseq, pkeys, userfaultfd, io_uring, bpf, seccomp.
        case 334, 329, 425, 426, 427, 321, 323, 317: throw .ENOSYS
        default: return try SchedulingCalls.answer(call, thread)
        }
    }
}
