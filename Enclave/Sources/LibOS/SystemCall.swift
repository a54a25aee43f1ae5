import CEnclave
import EnclaveRuntime
import Wire

/// Every system call of a program arrives here, on the thread's kernel stack, rewritten or trapped alike.
///
/// Nothing on the common way counts references: the process keeps the thread for as long as it stands on its stack.
@_cdecl("kernel_system_call") func kernelSystemCall(_ raw: UnsafeMutableRawPointer) {
    let frame = raw.assumingMemoryBound(to: trap_frame.self)
    let block = vcpu_current()
    guard let pointer = UnsafeRawPointer(bitPattern: UInt(block.pointee.current_thread)) else {
        enclave_panic(PanicCode.internalError.rawValue)
    }
    Unmanaged<Thread>.fromOpaque(pointer)._withUnsafeGuaranteedRef { thread in
        // The commonest calls that need nothing but a constant do not take the lock.
        if !kernel.observing, !thread.signals.attention, let answer = quickAnswer(frame.pointee.rax, thread) {
            frame.pointee.rax = UInt64(bitPattern: answer)
            return
        }
        KernelLock.acquire()
        if thread.owesBarrier { thread.passBarrier() }
        thread.frame = frame
        // What is due is seen by this call.
        if !TimerQueue.isEmpty { TimerQueue.expire() }
        // A call that a signal interrupted for nothing, and one that rt_sigreturn brought back, is made again.
        repeat {
            while perform(frame, thread) {}
        } while finishEntry(thread, frame)
        KernelLock.release()
    }
}

@inline(__always)
private func quickAnswer(_ number: UInt64, _ thread: Thread) -> Int64? {
    switch number {
    case 39: return Int64(currentProcessID)
    case 186: return Int64(thread.id)
    default: return nil
    }
}

/// One process so far: its number is known to all.
let currentProcessID: Int32 = 1

/// Does the call in the frame; true when rt_sigreturn brought back one that is to be made again.
@inline(__always)
private func perform(_ frame: UnsafeMutablePointer<trap_frame>, _ thread: Thread) -> Bool {
    let f = frame.pointee
    let call = CallArguments(number: f.rax, a0: f.rdi, a1: f.rsi, a2: f.rdx, a3: f.r10, a4: f.r8, a5: f.r9)
    if kernel.observing { CallObservation.begin(call, thread) }
    if call.number == 15 { return returnFromSignal(frame, thread) }
    var result: Int64
    do throws(Errno) { result = try kernel.subjects.answer(call, thread) } catch { result = -Int64(error.code) }
    if kernel.observing { CallObservation.end(result, thread) }
    // A program that execve started finds its own registers.
    if (call.number == 59 || call.number == 322) && result == 0 { return false }
    frame.pointee.rax = UInt64(bitPattern: result)
    return false
}

/// rt_sigreturn; true when the call that the signal interrupted is to be made again.
@inline(never)
private func returnFromSignal(_ frame: UnsafeMutablePointer<trap_frame>, _ thread: Thread) -> Bool {
    do throws(Errno) {
        guard try SignalDelivery.takeBack(thread, frame) else { return false }
        frame.pointee.original_rax = frame.pointee.rax
        return true
    } catch {
        thread.force(SignalInformation(signal: Signal.segmentation, code: SignalInformation.kernel))
        return false
    }
}

/// What every way out of the kernel does: signals, wake-ups, the end of the process; true when the interrupted call is to be
/// made again.
@inline(__always) @discardableResult
func finishEntry(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) -> Bool {
    if KernelWork.isDue || thread.signals.attention { return finishEntryWithWork(thread, frame) }
    thread.frame = nil
    return false
}

@inline(never)
private func finishEntryWithWork(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) -> Bool {
    if SharedFiles.hasChanges { SharedFiles.refresh() }
    repeat {
        if SignalDelivery.settle(thread, frame) { return true }
        leaveKernel(thread)
        // While the host was told of wake-ups others ran.
    } while thread.signals.attention
    KernelWork.settle()
    thread.frame = nil
    return false
}
