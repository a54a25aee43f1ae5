import CEnclave
import EnclaveRuntime
import Wire

/// Every system call of a program arrives here, on the thread's kernel stack, rewritten or trapped alike.
@_cdecl("kernel_system_call") func kernelSystemCall(_ raw: UnsafeMutableRawPointer) {
    let frame = raw.assumingMemoryBound(to: trap_frame.self)
    // The commonest calls that need nothing but a constant do not take the lock.
    if !kernel.observing, let answer = quickAnswer(frame.pointee.rax) {
        frame.pointee.rax = UInt64(bitPattern: answer)
        return
    }
    KernelLock.acquire()
    let thread = currentThread
    thread.frame = frame
    // What is due is seen by this call.
    if !TimerQueue.isEmpty { TimerQueue.expire() }
    // A call that a signal interrupted for nothing, and one that rt_sigreturn brought back, is made again.
    repeat {
        while perform(frame, thread) {}
    } while finishEntry(thread, frame)
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
    if kernel.observing { CallObservation.begin(call, thread) }
    if call.number == 15 {
        do throws(Errno) {
            guard try SignalDelivery.takeBack(thread, frame) else { return false }
            frame.pointee.original_rax = frame.pointee.rax
            return true
        } catch {
            thread.force(SignalInformation(signal: Signal.segmentation, code: SignalInformation.kernel))
            return false
        }
    }
    var result: Int64
    do throws(Errno) { result = try dispatch(call, thread) } catch { result = -Int64(error.code) }
    if kernel.observing { CallObservation.end(result, thread) }
    if (call.number == 59 || call.number == 322) && result == 0 { return false }
    frame.pointee.rax = UInt64(bitPattern: result)
    return false
}

/// What every way out of the kernel does: signals, wake-ups, the end of the process; true when the interrupted call is to be
/// made again.
@discardableResult
func finishEntry(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) -> Bool {
    if SharedFiles.hasChanges { SharedFiles.refresh() }
    repeat {
        if SignalDelivery.settle(thread, frame) { return true }
        leaveKernel(thread)
        // While the host was told of wake-ups others ran.
    } while thread.signals.attention
    thread.frame = nil
    return false
}

/// Asks each subject in turn; the subjects whose calls programs make most come first.
private func dispatch(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
    if let result = try IdentityCalls.answer(call, thread) { return result }
    if let result = try fileSystemCall(call, thread) { return result }
    if let result = try SocketCalls.answer(call, thread) { return result }
    if let result = try SpliceCalls.answer(call, thread) { return result }
    if let result = try MemoryCalls.answer(call, thread) { return result }
    if let result = try ProcessCalls.answer(call, thread) { return result }
    if let result = try TimeCalls.answer(call, thread) { return result }
    if let result = try SignalCalls.answer(call, thread) { return result }
    if let result = try InformationCalls.answer(call, thread) { return result }
    throw refuse(call.number)
}

/// The error the table of calls names for a number that no subject answers.
private func refuse(_ number: UInt64) -> Errno {
    let refusal = SystemCall.numbered(number)?.support.refusal ?? .ENOSYS
    if refusal == .ENOSYS { kernel.noteUnknown(number) }
    return Errno(code: Int32(refusal.rawValue))
}
