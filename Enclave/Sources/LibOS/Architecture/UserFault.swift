import CEnclave
import EnclaveRuntime
import Wire

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
    if thread.owesBarrier { thread.passBarrier() }
    thread.frame = frame
    if vector == 0x100 {
        // An interruption: whoever waits for a vCPU gets it.
        HostSignals.look()
        TimerQueue.expire()
        Scheduler.relieveWatch()
        Scheduler.yield()
    } else if vector != 14 || !isMended(address, error, thread) {
        force(vector: vector, address: address, error: error, frame.pointee.rip, thread)
    }
    finishEntry(thread, frame)
    KernelLock.release()
}

/// Whether the program goes on after a page fault as if there had been none, or has its signal already.
private func isMended(_ address: UInt64, _ error: UInt64, _ thread: Thread) -> Bool {
    let space = thread.process.addressSpace
    guard address >= space.pool.start, address < space.pool.end else { return false }
    guard space.pool.isDynamic else {
        // Pages of the pool are there with every right from EINIT on: the fault is of the host's making. The program gets no signal for
        // it, which would be the host's to send at will; the access is made again.
        Scheduler.yield()
        return true
    }
    // Fetch and write as the CPU has them; whether there is a mapping is ours to say.
    let kind = error & 0x12 | 4
    switch space.answer(faultAt: address, error: error) {
    case .again:
        thread.takenFaults = 0
        return true
    case .later:
        thread.takenFaults = 0
        Scheduler.yield()
    case .violation(let mapped):
        force(vector: 14, address: address, error: kind | (mapped ? 1 : 0), 0, thread)
    case .noMemory:
        kernel.noteShortage(address, space.pool.shortage)
        forceBusError(address, kind, thread)
    case .noContent: forceBusError(address, kind, thread)
    case .taken:
        // It may only be late: the host's kernel moves pages about. A page that is gone, or a fresh one in its place, stays unreadable,
        // and nobody accepts it a second time.
        thread.takenFaults += 1
        if thread.takenFaults > mostTakenFaults { enclave_panic(PanicCode.pageTaken.rawValue) }
        Scheduler.yield()
    }
    return true
}

/// There is a mapping and no page for it.
private func forceBusError(_ address: UInt64, _ error: UInt64, _ thread: Thread) {
    thread.signals.lastFault = ThreadSignals.FaultRecord(vector: 14, error: error, address: address)
    thread.force(SignalInformation(fault: Signal.bus, code: 2, address: address))
}

/// Faults of one access to a page that cannot be read, before the enclave ends.
private let mostTakenFaults = 1000

/// Sends the signal Linux has for an exception, and keeps what every later sigcontext of the thread shows of it.
private func force(vector: UInt64, address: UInt64, error: UInt64, _ instruction: UInt64, _ thread: Thread) {
    thread.signals.lastFault.vector = vector
    thread.signals.lastFault.error = error
    if vector == 14 { thread.signals.lastFault.address = address }
    thread.force(signal(for: vector, address: address, error: error, instruction, thread))
}

private func signal(
    for vector: UInt64, address: UInt64, error: UInt64, _ instruction: UInt64, _ thread: Thread
) -> SignalInformation {
    switch vector {
    case 0: return SignalInformation(fault: Signal.floatingPoint, code: 1, address: instruction)
    case 1: return SignalInformation(fault: Signal.trap, code: 2, address: instruction)
    case 3: return SignalInformation(signal: Signal.trap, code: SignalInformation.kernel)
    case 6: return SignalInformation(fault: Signal.illegal, code: 2, address: instruction)
    case 16, 19:
        let code = ExtendedState.floatingPointCode(thread, vector: vector)
        return SignalInformation(fault: Signal.floatingPoint, code: code, address: instruction)
    case 11, 12: return SignalInformation(signal: Signal.bus, code: SignalInformation.kernel)
    case 17: return SignalInformation(fault: Signal.bus, code: 1, address: 0)
    case 14: return SignalInformation(fault: Signal.segmentation, code: error & 1 != 0 ? 2 : 1, address: address)
    default: return SignalInformation(signal: Signal.segmentation, code: SignalInformation.kernel)
    }
}
