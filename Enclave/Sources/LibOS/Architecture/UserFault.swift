import CEnclave
import EnclaveRuntime

/// A fault or an interruption of program code: the exception handler put the registers aside and ERESUME came here, on the kernel stack.
@_cdecl("kernel_user_fault") func kernelUserFault(_ raw: UnsafeMutableRawPointer) {
    let frame = raw.assumingMemoryBound(to: trap_frame.self)
    let block = vcpu_current()
    frame.pointee = block.pointee.fault_frame
    let vector = block.pointee.fault_vector
    let address = block.pointee.fault_address
    let error = block.pointee.fault_error
    KernelLock.acquire()
    let thread = currentThread
    thread.frame = frame
    if vector == 0x100 || isTakenPage(vector, address, thread) {
        // An interruption: whoever waits for a vCPU gets it.
        _ = Scheduler.expireTimers()
        Scheduler.yield()
    } else {
        var information = signal(for: vector, address: address, error: error, frame.pointee.rip)
        information.value = frame.pointee.rip
        raiseFault(information, thread)
    }
    finishEntry(thread, frame)
    KernelLock.release()
}

/// Whether the fault is of the host's making: pages of the pool are there with every right from EINIT on.
///
/// The program gets no signal for it, which would be the host's to send at will; the access is made again.
private func isTakenPage(_ vector: UInt64, _ address: UInt64, _ thread: Thread) -> Bool {
    let pool = thread.process.addressSpace.pool
    return vector == 14 && address >= pool.start && address < pool.end
}

/// The signal Linux sends for an exception vector.
///
/// In a fault's information `pid` carries the vector and `uid` the error code.
private func signal(for vector: UInt64, address: UInt64, error: UInt64, _ instruction: UInt64) -> SignalInformation {
    var information: SignalInformation
    switch vector {
    case 0: information = SignalInformation(signal: Signal.floatingPoint, code: 1)
    case 1, 3: information = SignalInformation(signal: Signal.trap, code: vector == 1 ? 2 : 0x80)
    case 6: information = SignalInformation(signal: Signal.illegal, code: 2)
    case 16, 19: information = SignalInformation(signal: Signal.floatingPoint, code: 7)
    case 17: information = SignalInformation(signal: Signal.bus, code: 1)
    case 14: information = SignalInformation(signal: Signal.segmentation, code: error & 1 != 0 ? 2 : 1)
    default: information = SignalInformation(signal: Signal.segmentation, code: 0x80)
    }
    information.isFault = true
    information.address = vector == 14 ? address : vector == 13 ? 0 : instruction
    information.pid = Int32(truncatingIfNeeded: vector)
    information.uid = UInt32(truncatingIfNeeded: error)
    return information
}

/// A fault cannot be blocked or ignored: then the program ends, as under Linux.
private func raiseFault(_ information: SignalInformation, _ thread: Thread) {
    let action = thread.process.signals.actions[Int(information.signal)]
    if action.handler == 1 || Signal.bit(information.signal) & thread.signals.mask != 0 {
        thread.process.signals.actions[Int(information.signal)] = SignalAction()
        thread.signals.mask &= ~Signal.bit(information.signal)
    }
    thread.signals.pending.insert(information, at: 0)
}
