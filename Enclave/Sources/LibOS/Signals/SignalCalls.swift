/// rt_sigaction and its family, and the calls that send signals.
enum SignalCalls {
    static func action(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let signal = Int32(truncatingIfNeeded: call.a0)
        guard signal >= 1, signal <= 64, call.a3 == 8 else { throw .EINVAL }
        let old = thread.process.signals.actions[Int(signal)]
        if call.a1 != 0 {
            guard Signal.bit(signal) & Signal.unblockable == 0 else { throw .EINVAL }
            var new = SignalAction()
            new.handler = try userLoad(call.a1, as: UInt64.self)
            new.flags = try userLoad(call.a1 &+ 8, as: UInt64.self)
            new.restorer = try userLoad(call.a1 &+ 16, as: UInt64.self)
            new.mask = try userLoad(call.a1 &+ 24, as: UInt64.self) & ~Signal.unblockable
            thread.process.signals.actions[Int(signal)] = new
        }
        if call.a2 != 0 {
            try userStore(old.handler, to: call.a2)
            try userStore(old.flags, to: call.a2 &+ 8)
            try userStore(old.restorer, to: call.a2 &+ 16)
            try userStore(old.mask, to: call.a2 &+ 24)
        }
        return 0
    }

    static func procmask(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a3 == 8 else { throw .EINVAL }
        let old = thread.signals.mask
        if call.a1 != 0 {
            let set = try userLoad(call.a1, as: UInt64.self) & ~Signal.unblockable
            switch call.a0 {
            case 0: thread.signals.mask |= set
            case 1: thread.signals.mask &= ~set
            case 2: thread.signals.mask = set
            default: throw .EINVAL
            }
        }
        if call.a2 != 0 { try userStore(old, to: call.a2) }
        return 0
    }

    static func pending(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 <= 8 else { throw .EINVAL }
        var set: UInt64 = 0
        for information in thread.signals.pending { set |= Signal.bit(information.signal) }
        for information in thread.process.signals.pending { set |= Signal.bit(information.signal) }
        try userStore(set & thread.signals.mask, to: call.a0)
        return 0
    }

    static func suspend(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a1 == 8 else { throw .EINVAL }
        let mask = try userLoad(call.a0, as: UInt64.self) & ~Signal.unblockable
        thread.signals.savedMask = thread.signals.mask
        thread.signals.mask = mask
        let queue = WaitQueue()
        while true { try block(on: [queue], until: nil) }
    }

    static func pause(_ thread: Thread) throws(Errno) -> Int64 {
        let queue = WaitQueue()
        while true { try block(on: [queue], until: nil) }
    }

    static func timedWait(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a3 == 8 else { throw .EINVAL }
        let set = try userLoad(call.a0, as: UInt64.self) & ~Signal.unblockable
        let deadline: UInt64? = call.a2 == 0 ? nil : Clock.monotonic() &+ (try TimeSpec.load(call.a2))
        let before = thread.signals.mask
        defer { thread.signals.mask = before }
        while true {
            if let information = take(from: set, thread) {
                if call.a1 != 0 { try userStoreBytes(information.bytes, to: call.a1) }
                return Int64(information.signal)
            }
            // Waited-for signals end the wait although they are blocked.
            thread.signals.mask = before & ~set
            do throws(Errno) { try block(on: [WaitQueue()], until: deadline) } catch {
                thread.signals.mask = before
                if let information = take(from: set, thread) {
                    if call.a1 != 0 { try userStoreBytes(information.bytes, to: call.a1) }
                    return Int64(information.signal)
                }
                throw error == .ETIMEDOUT ? .EAGAIN : error
            }
            thread.signals.mask = before
        }
    }

    private static func take(from set: UInt64, _ thread: Thread) -> SignalInformation? {
        if let index = thread.signals.pending.firstIndex(where: { Signal.bit($0.signal) & set != 0 }) {
            return thread.signals.pending.remove(at: index)
        }
        if let index = thread.process.signals.pending.firstIndex(where: { Signal.bit($0.signal) & set != 0 }) {
            return thread.process.signals.pending.remove(at: index)
        }
        return nil
    }

    static func alternateStack(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let old = thread.signals
        if call.a0 != 0 {
            let flags = try userLoad(call.a0 &+ 8, as: UInt32.self)
            guard flags & ~0x8000_0003 == 0 else { throw .EINVAL }
            if flags & 2 != 0 {
                thread.signals.stackPointer = 0
                thread.signals.stackSize = 0
                thread.signals.stackFlags = 2
            } else {
                let size = try userLoad(call.a0 &+ 16, as: UInt64.self)
                guard size >= 2048 else { throw .ENOMEM }
                thread.signals.stackPointer = try userLoad(call.a0, as: UInt64.self)
                thread.signals.stackSize = size
                thread.signals.stackFlags = 0
            }
        }
        if call.a1 != 0 {
            try userStore(old.stackPointer, to: call.a1)
            try userStore(UInt64(old.stackFlags), to: call.a1 &+ 8)
            try userStore(old.stackSize, to: call.a1 &+ 16)
        }
        return 0
    }

    /// kill: this process is the only one there is.
    static func kill(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let pid = Int32(truncatingIfNeeded: call.a0)
        let signal = Int32(truncatingIfNeeded: call.a1)
        guard signal >= 0, signal <= 64 else { throw .EINVAL }
        let process = thread.process
        guard pid == process.id || pid == 0 || pid == -1 || pid == -process.processGroup else { throw .ESRCH }
        if signal != 0 { process.raise(SignalInformation(signal: signal, pid: process.id, uid: process.uid)) }
        return 0
    }

    static func tgkill(_ group: Int32?, _ id: Int32, _ signal: Int32, _ thread: Thread) throws(Errno) -> Int64 {
        guard signal >= 0, signal <= 64, id > 0, group ?? 1 > 0 else { throw .EINVAL }
        if let group, group != thread.process.id { throw .ESRCH }
        guard let target = thread.process.threads.first(where: { $0.id == id }) else { throw .ESRCH }
        if signal != 0 {
            target.raise(SignalInformation(signal: signal, code: -6, pid: thread.process.id, uid: thread.process.uid))
        }
        return 0
    }
}
