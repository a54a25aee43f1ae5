import CEnclave
import Wire

/// Gives a thread its signals on the way out of the kernel, and takes it back when a handler has ended.
enum SignalDelivery {
    /// Delivers what is pending, stops where the process is stopped; true when the interrupted call is to be made again at once.
    static func settle(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) -> Bool {
        guard thread.signals.attention || thread.signals.savedMask != nil else { return false }
        if thread.owesBarrier { thread.passBarrier() }
        repeat {
            while !thread.isToEnd {
                if thread.process.signals.isStopped {
                    waitUninterrupted(on: thread.process.signals.stopped)
                } else if let information = thread.takeSignal() {
                    if kernel.tracing { CallObservation.signal(information, thread) }
                    if act(on: information, thread, frame) { return finish(thread) }
                } else {
                    break
                }
            }
            if let saved = thread.signals.savedMask {
                thread.signals.savedMask = nil
                thread.block(signals: saved)
            }
            thread.settleAttention()
        } while thread.signals.attention && !thread.isToEnd
        return resumes(thread, frame)
    }

    private static func finish(_ thread: Thread) -> Bool {
        thread.restart = .byAction
        thread.settleAttention()
        return false
    }

    /// No handler ran: a call that was interrupted for nothing is made again.
    private static func resumes(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) -> Bool {
        defer { thread.restart = .byAction }
        guard !thread.isToEnd, let rule = CallRestart.of(frame.pointee, thread), rule != .never else {
            return false
        }
        frame.pointee.rax = frame.pointee.original_rax
        return true
    }

    /// True when a handler is to run now.
    private static func act(
        on information: SignalInformation, _ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>
    ) -> Bool {
        let signal = information.signal
        let action = thread.process.signals[signal]
        switch action.disposition(of: signal) {
        case .ignore: return false
        case .stop: thread.process.stop(by: signal)
        case .end: end(thread, information, frame.pointee.rip)
        case .handle:
            do throws(Errno) { try push(information, action, thread, frame) } catch {
                // No room for the frame is a fault; one of the fault's own handler ends the process.
                if signal == Signal.segmentation { thread.process.signals[signal] = SignalAction() }
                thread.force(SignalInformation(signal: Signal.segmentation, code: SignalInformation.kernel))
                return false
            }
            if action.flags & SignalAction.resetHandler != 0 { thread.process.signals[signal].handler = 0 }
            return true
        }
        return false
    }

    private static func end(_ thread: Thread, _ information: SignalInformation, _ instruction: UInt64) {
        if Signal.bit(information.signal) & Signal.synchronous != 0, information.code > 0 {
            var text = LogText("the program ended by signal ")
            text.append(Int64(information.signal))
            text.append(" at address ")
            text.append(hex: information.words.0)
            text.append(", instruction ")
            text.append(hex: instruction)
            Host.log(.warning, text.bytes)
        }
        endProcess(thread.process, status: 0, signal: UInt32(information.signal))
    }

    // MARK: The handler's frame

    private static func push(
        _ information: SignalInformation, _ action: SignalAction, _ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>
    ) throws(Errno) {
        guard action.flags & SignalAction.hasRestorer != 0, SignalFrame.isUserAddress(action.handler) else { throw .EFAULT }
        let (place, state) = try placeOfFrame(action, thread, frame.pointee.rsp)
        let end = state &+ UInt64(ExtendedState.byteCount)
        let memory = try userMemory()
        let target = try memory.writable(place, Int(end - place))
        let resumes = CallRestart.of(frame.pointee, thread)?.isMadeAgain(after: action) ?? false
        SignalFrame.store(
            to: target, frame.pointee, thread.signals, restorer: action.restorer, state: state, resumes: resumes)
        information.store(to: target + Int(SignalFrame.informationOffset))
        ExtendedState.store(thread, to: target + Int(state - place))
        extended_state_initialise()
        enter(information.signal, action, thread, frame, place)
    }

    /// Where the frame and the extended state above it go.
    private static func placeOfFrame(
        _ action: SignalAction, _ thread: Thread, _ pointer: UInt64
    ) throws(Errno) -> (frame: UInt64, state: UInt64) {
        let alternate = thread.signals.alternateStack
        var stack = pointer &- 128
        let nested = alternate.isActive(pointer)
        let entering = action.flags & SignalAction.onStack != 0 && alternate.state(stack) == 0
        if entering { stack = alternate.top }
        let state = (stack &- UInt64(ExtendedState.byteCount)) & ~63
        let place = ((state &- SignalFrame.byteCount) & ~15) &- 8
        guard place < stack, SignalFrame.isUserAddress(stack) else { throw .EFAULT }
        // Below the alternate stack lies memory that is not for signals.
        guard !(nested || entering) || alternate.holds(place) else { throw .EFAULT }
        return (place, state)
    }

    private static func enter(
        _ signal: Int32, _ action: SignalAction, _ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>, _ place: UInt64
    ) {
        if thread.signals.alternateStack.flags & AlternateStack.disarms != 0 { thread.signals.alternateStack = AlternateStack() }
        var blocked = thread.signals.mask | action.mask
        if action.flags & SignalAction.noDefer == 0 { blocked |= Signal.bit(signal) }
        thread.signals.savedMask = nil
        thread.block(signals: blocked)
        frame.pointee.rdi = UInt64(signal)
        frame.pointee.rsi = place &+ SignalFrame.informationOffset
        frame.pointee.rdx = place &+ SignalFrame.contextOffset
        frame.pointee.rax = 0
        frame.pointee.rip = action.handler
        frame.pointee.rsp = place
        // Direction, trap and resume flags are off in a handler.
        frame.pointee.rflags &= ~0x1_0500
        frame.pointee.restore_all = 1
        frame.pointee.original_rax = UInt64.max
    }

    // MARK: rt_sigreturn

    /// Takes everything from the frame, and believes nothing that could harm the kernel; true when the call is to be made again.
    static func takeBack(_ thread: Thread, _ frame: UnsafeMutablePointer<trap_frame>) throws(Errno) -> Bool {
        let contents = try SignalFrame.load(frame.pointee.rsp &- 8)
        thread.block(signals: contents.mask)
        guard SignalFrame.isUserAddress(contents.frame.rip), SignalFrame.isUserAddress(contents.frame.rsp) else { throw .EFAULT }
        try ExtendedState.load(thread, from: contents.extendedState)
        frame.pointee = contents.frame
        // What sigaltstack would refuse is left as it is.
        do throws(Errno) {
            try thread.signals.alternateStack.replace(with: contents.alternateStack, pointer: contents.frame.rsp)
        } catch {}
        guard contents.resumesCall else { return false }
        frame.pointee.original_rax = contents.frame.rax
        return true
    }
}
