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
    thread.frame = frame
    if vector == 0x100 {
        // An interruption: whoever waits for a vCPU gets it.
        _ = Scheduler.expireTimers()
        Scheduler.yield()
    } else if vector != 14 || !isMended(address, error, frame, thread) {
        raise(signal(for: vector, address: address, error: error, frame.pointee.rip), frame, thread)
    }
    finishEntry(thread, frame)
    KernelLock.release()
}

private func raise(_ information: SignalInformation, _ frame: UnsafeMutablePointer<trap_frame>, _ thread: Thread) {
    var information = information
    information.value = frame.pointee.rip
    raiseFault(information, thread)
}

/// Whether the program goes on after a page fault as if there had been none, or has its signal already.
private func isMended(_ address: UInt64, _ error: UInt64, _ frame: UnsafeMutablePointer<trap_frame>, _ thread: Thread) -> Bool {
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
        raise(signal(for: 14, address: address, error: kind | (mapped ? 1 : 0), frame.pointee.rip), frame, thread)
    case .noMemory:
        kernel.noteShortage(address, space.pool.shortage)
        var information = SignalInformation(signal: Signal.bus, code: 2)
        information.isFault = true
        information.address = address
        information.pid = 14
        information.uid = UInt32(truncatingIfNeeded: kind)
        raise(information, frame, thread)
    case .noContent:
        var information = SignalInformation(signal: Signal.bus, code: 2)
        information.isFault = true
        information.address = address
        information.pid = 14
        information.uid = UInt32(truncatingIfNeeded: kind)
        raise(information, frame, thread)
    case .taken:
        // It may only be late: the host's kernel moves pages about. A page that is gone, or a fresh one in its place, stays unreadable,
        // and nobody accepts it a second time.
        thread.takenFaults += 1
        if thread.takenFaults > mostTakenFaults { enclave_panic(PanicCode.pageTaken.rawValue) }
        Scheduler.yield()
    }
    return true
}

/// Faults of one access to a page that cannot be read, before the enclave ends.
private let mostTakenFaults = 1000

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
