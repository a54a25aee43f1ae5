import CEnclave

/// rt_sigaction and its family, and the waits for signals.
enum SignalCalls {
    static func action(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let signal = Int32(truncatingIfNeeded: call.a0)
        guard call.a3 == 8 else { throw .EINVAL }
        var new: SignalAction?
        if call.a1 != 0 { new = try loadAction(call.a1) }
        guard signal >= 1, signal <= Signal.last, new == nil || Signal.bit(signal) & Signal.unblockable == 0 else { throw .EINVAL }
        let old = thread.process.signals[signal]
        if let new {
            thread.process.signals[signal] = new
            // What is pending and would be ignored now is forgotten, blocked or not.
            if new.disposition(of: signal) == .ignore { thread.process.discardPending(Signal.bit(signal)) }
        }
        if call.a2 != 0 {
            try userStore(old.handler, to: call.a2)
            try userStore(old.flags, to: call.a2 &+ 8)
            try userStore(old.restorer, to: call.a2 &+ 16)
            try userStore(old.mask, to: call.a2 &+ 24)
        }
        return 0
    }

    private static func loadAction(_ address: UInt64) throws(Errno) -> SignalAction {
        var action = SignalAction()
        action.handler = try userLoad(address, as: UInt64.self)
        action.flags = try userLoad(address &+ 8, as: UInt64.self) & SignalAction.known
        action.restorer = try userLoad(address &+ 16, as: UInt64.self)
        action.mask = try userLoad(address &+ 24, as: UInt64.self) & ~Signal.unblockable
        return action
    }

    static func procmask(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a3 == 8 else { throw .EINVAL }
        let old = thread.signals.mask
        if call.a1 != 0 {
            let set = try userLoad(call.a1, as: UInt64.self)
            switch Int32(truncatingIfNeeded: call.a0) {
            case 0: thread.block(signals: old | set)
            case 1: thread.block(signals: old & ~set)
            case 2: thread.block(signals: set)
            default: throw .EINVAL
            }
        }
        if call.a2 != 0 { try userStore(old, to: call.a2) }
        return 0
    }

    static func pending(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 <= 8 else { throw .EINVAL }
        let set = (thread.signals.pending.bits | thread.process.signals.pending.bits) & thread.signals.mask
        var bytes: Bytes = []
        for index in 0..<call.a1 { bytes.append(UInt8(truncatingIfNeeded: set >> (index * 8))) }
        try userStoreBytes(bytes, to: call.a0)
        return 0
    }

    // MARK: Waiting

    static func suspend(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 == 8 else { throw .EINVAL }
        let mask = try userLoad(call.a0, as: UInt64.self)
        return try thread.withMask(mask) { () throws(Errno) in try pause() }
    }

    static func pause() throws(Errno) -> Int64 {
        while true { try block(on: [], until: nil) }
    }

    static func timedWait(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a3 == 8 else { throw .EINVAL }
        let set = try userLoad(call.a0, as: UInt64.self) & ~Signal.unblockable
        let deadline: UInt64? = call.a2 == 0 ? nil : Clock.monotonic() &+ (try TimeSpec.load(call.a2))
        guard let information = try arrival(of: set, until: deadline, thread) else { throw .EAGAIN }
        if call.a1 != 0 { try information.store(toUser: call.a1) }
        return Int64(information.signal)
    }

    /// Waited-for signals end the wait although they are blocked and whatever their action is.
    private static func arrival(of set: UInt64, until deadline: UInt64?, _ thread: Thread) throws(Errno) -> SignalInformation? {
        if let information = thread.take(from: set) { return information }
        let before = thread.signals.mask
        thread.signals.maskBeforeWait = before
        thread.signals.mask = before & ~set
        defer {
            thread.signals.mask = before
            thread.signals.maskBeforeWait = 0
        }
        while true {
            do throws(Errno) { try block(on: [], until: deadline) } catch {
                if let information = thread.take(from: set) { return information }
                if error == .ETIMEDOUT { return nil }
                throw error
            }
        }
    }

    // MARK: The alternate stack

    static func alternateStack(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard let pointer = thread.frame?.pointee.rsp else { throw .EINVAL }
        let old = thread.signals.alternateStack
        if call.a0 != 0 {
            try thread.signals.alternateStack.replace(with: try AlternateStack.load(call.a0), pointer: pointer)
        }
        if call.a1 != 0 {
            try userStore(old.start, to: call.a1)
            try userStore(UInt64(old.state(pointer) | old.flags & AlternateStack.disarms), to: call.a1 &+ 8)
            try userStore(old.size, to: call.a1 &+ 16)
        }
        return 0
    }
}
