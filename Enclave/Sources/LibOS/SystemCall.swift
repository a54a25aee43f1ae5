import CEnclave
import EnclaveRuntime
import Wire

/// Every system call of a program arrives here, on the thread's kernel stack, rewritten or trapped alike.
@_cdecl("kernel_system_call") func kernelSystemCall(_ raw: UnsafeMutableRawPointer) {
    let frame = raw.assumingMemoryBound(to: trap_frame.self)
    // The commonest calls that need nothing but a constant do not take the lock.
    if !kernel.tracing, let answer = quickAnswer(frame.pointee.rax) {
        frame.pointee.rax = UInt64(bitPattern: answer)
        return
    }
    KernelLock.acquire()
    let thread = currentThread
    thread.frame = frame
    var again = true
    while again { again = perform(frame, thread) }
    finishEntry(thread, frame)
    KernelLock.release()
}

private func quickAnswer(_ number: UInt64) -> Int64? {
    switch number {
    case 39: return Int64(currentProcessID)
    case 186:
        let word = UInt(vcpu_current().pointee.current_thread)
        guard let pointer = UnsafeRawPointer(bitPattern: word) else { return nil }
        return Unmanaged<Thread>.fromOpaque(pointer)._withUnsafeGuaranteedRef { Int64($0.id) }
    default: return nil
    }
}

/// One process so far: its number is known to all.
let currentProcessID: Int32 = 1

/// Does the call in the frame; true when rt_sigreturn brought back one that is to be made again.
private func perform(_ frame: UnsafeMutablePointer<trap_frame>, _ thread: Thread) -> Bool {
    let f = frame.pointee
    let call = CallArguments(number: f.rax, a0: f.rdi, a1: f.rsi, a2: f.rdx, a3: f.r10, a4: f.r8, a5: f.r9)
    if call.number == 15 {
        do throws(Errno) {
            guard try SignalDelivery.takeBack(thread, frame) else { return false }
            frame.pointee.original_rax = frame.pointee.rax
            return true
        } catch {
            endProcess(thread.process, status: 0, signal: UInt32(Signal.segmentation))
            return false
        }
    }
    var result: Int64
    do throws(Errno) { result = try dispatch(call, thread) } catch { result = -Int64(error.code) }
    if kernel.tracing { traceCall(call, result, thread) }
    if call.number == 59 && result == 0 { return false }
    frame.pointee.rax = UInt64(bitPattern: result)
    return false
}

/// What every way out of the kernel does: wake-ups, signals, the end of the process.
func finishEntry(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) {
    if !thread.signals.pending.isEmpty || !thread.process.signals.pending.isEmpty || thread.signals.savedMask != nil {
        SignalDelivery.deliver(thread, frame)
    }
    leaveKernel(thread)
    thread.frame = nil
}

private func traceCall(_ call: CallArguments, _ result: Int64, _ thread: Thread) {
    var text = LogText("[")
    text.append(Int64(thread.id))
    text.append("] ")
    SystemCallNames.append(call.number, to: &text)
    text.append(" = ")
    text.append(result)
    Host.log(.trace, text.bytes)
}

private func dispatch(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
    switch call.number {
    case 9: return try MemoryCalls.mmap(call, thread)
    case 10: return try MemoryCalls.mprotect(call, thread)
    case 11: return try MemoryCalls.munmap(call, thread)
    case 12: return try MemoryCalls.brk(call, thread)
    case 25: return try MemoryCalls.mremap(call, thread)
    case 26: return 0
    case 27: return try MemoryCalls.mincore(call, thread)
    case 28: return try MemoryCalls.madvise(call, thread)
    case 149, 150, 151, 152, 325: return 0
    case 202: return try Futex.call(call, thread)
    case 13: return try SignalCalls.action(call, thread)
    case 14: return try SignalCalls.procmask(call, thread)
    case 34: return try SignalCalls.pause(thread)
    case 127: return try SignalCalls.pending(call, thread)
    case 128: return try SignalCalls.timedWait(call, thread)
    case 130: return try SignalCalls.suspend(call, thread)
    case 131: return try SignalCalls.alternateStack(call, thread)
    case 62: return try SignalCalls.kill(call, thread)
    case 200: return try SignalCalls.tgkill(nil, Int32(truncatingIfNeeded: call.a0), Int32(truncatingIfNeeded: call.a1), thread)
    case 234:
        return try SignalCalls.tgkill(
            Int32(truncatingIfNeeded: call.a0), Int32(truncatingIfNeeded: call.a1), Int32(truncatingIfNeeded: call.a2), thread)
    case 24:
        Scheduler.yield()
        return 0
    case 35: return try TimeCalls.nanosleep(call.a0, call.a1)
    case 36: return try TimeCalls.getInterval(call, thread)
    case 37: return TimeCalls.alarm(call, thread)
    case 38: return try TimeCalls.setInterval(call, thread)
    case 96: return try TimeCalls.timeOfDay(call)
    case 201: return try TimeCalls.time(call)
    case 228: return try TimeCalls.getTime(call, thread)
    case 229: return try TimeCalls.getResolution(call, thread)
    case 230: return try TimeCalls.clockNanosleep(call, thread)
    default: break
    }
    if let result = try processCall(call, thread) { return result }
    if let result = try fileSystemCall(call, thread) { return result }
    kernel.noteUnknown(call.number)
    throw .ENOSYS
}

private func processCall(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
    let process = thread.process
    switch call.number {
    case 39: return Int64(process.id)
    case 186: return Int64(thread.id)
    case 110: return Int64(process.parentID)
    case 102: return Int64(process.uid)
    case 104: return Int64(process.gid)
    case 107: return Int64(process.euid)
    case 108: return Int64(process.egid)
    case 105:
        return try InformationCalls.setIdentity(
            [call.a0, call.a0, process.euid == 0 ? call.a0 : UInt64.max], groups: false, thread)
    case 106:
        return try InformationCalls.setIdentity([call.a0, call.a0, process.euid == 0 ? call.a0 : UInt64.max], groups: true, thread)
    case 113: return try InformationCalls.setIdentity([call.a0, call.a1], groups: false, thread)
    case 114: return try InformationCalls.setIdentity([call.a0, call.a1], groups: true, thread)
    case 115: return try InformationCalls.groups(call, thread)
    case 116: return try InformationCalls.setGroups(call, thread)
    case 117: return try InformationCalls.setIdentity([call.a0, call.a1, call.a2], groups: false, thread)
    case 119: return try InformationCalls.setIdentity([call.a0, call.a1, call.a2], groups: true, thread)
    case 118, 120:
        let ids = call.number == 118 ? [process.uid, process.euid, process.suid] : [process.gid, process.egid, process.sgid]
        for (id, address) in zip(ids, [call.a0, call.a1, call.a2]) { try userStore(id, to: address) }
        return 0
    case 109: return 0
    case 111, 121: return Int64(process.processGroup)
    case 112: throw .EPERM
    case 124: return Int64(process.session)
    case 56:
        return try ProcessCalls.clone(call.a0, stack: call.a1, parentTID: call.a2, childTID: call.a3, tls: call.a4, thread)
    case 57, 58: return try ProcessCalls.clone(0, stack: 0, parentTID: 0, childTID: 0, tls: 0, thread)
    case 435: return try ProcessCalls.clone3(call, thread)
    case 59: return try ProcessCalls.execve(call, thread)
    case 60: ProcessCalls.exit(call.a0, thread)
    case 231:
        endProcess(process, status: UInt32(call.a0 & 0xff), signal: 0)
        return 0
    case 61, 247: throw .ECHILD
    case 158:
        switch call.a0 {
        case 0x1002:
            guard call.a1 < 1 << 47 else { throw .EPERM }
            fs_base_write(call.a1)
        case 0x1003: try userStore(fs_base_read(), to: call.a1)
        default: throw .EINVAL
        }
        return 0
    case 218:
        thread.clearChildTID = call.a0
        return Int64(thread.id)
    case 273:
        guard call.a1 == 24 else { throw .EINVAL }
        thread.robustList = call.a0
        return 0
    // Refused as an old kernel does, so that glibc goes without: rseq, pkeys, userfaultfd, io_uring, bpf, seccomp.
    case 334, 329, 330, 331, 425, 426, 427, 321, 323, 317: throw .ENOSYS
    case 63: return try InformationCalls.uname(call.a0)
    case 99: return try InformationCalls.sysinfo(call.a0)
    case 97: return try InformationCalls.limits(0, call.a0, 0, call.a1, thread)
    case 160: return try InformationCalls.limits(0, call.a0, call.a1, 0, thread)
    case 302: return try InformationCalls.limits(call.a0, call.a1, call.a2, call.a3, thread)
    case 98: return try InformationCalls.usage(call.a1, thread)
    case 100: return try InformationCalls.times(call.a0, thread)
    case 203: return 0
    case 204: return try InformationCalls.affinity(call)
    case 309: return try InformationCalls.getcpu(call)
    case 318: return try InformationCalls.random(call)
    case 157: return try InformationCalls.prctl(call, thread)
    case 125: return try InformationCalls.capabilities(call, thread)
    case 126: return 0
    case 135: return 0
    case 140: return 20
    case 141: return 0
    case 142, 144: return 0
    case 143:
        try userStore(UInt32(0), to: call.a1)
        return 0
    case 145: return 0
    case 146: return 99
    case 147: return 1
    case 239:
        if call.a0 != 0 { try userStore(UInt32(0), to: call.a0) }
        return 0
    case 237, 238, 256: return 0
    case 324: return call.a0 == 0 ? 0 : Int64(-Errno.EINVAL.code)
    default: return nil
    }
}
