extension SignalCalls {
    /// The calls on signals: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 13: return try SignalCalls.action(call, thread)
        case 14: return try SignalCalls.procmask(call, thread)
        case 34: return try SignalCalls.pause()
        case 127: return try SignalCalls.pending(call, thread)
        case 128: return try SignalCalls.timedWait(call, thread)
        case 130: return try SignalCalls.suspend(call, thread)
        case 131: return try SignalCalls.alternateStack(call, thread)
        // restart_syscall: what is made again is made again inside.
        case 219: throw .EINTR
        default:
            if let result = try sending(call, thread) { return result }
            return try descriptors(call, thread)
        }
    }

    private static func sending(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        func int(_ argument: UInt64) -> Int32 { Int32(truncatingIfNeeded: argument) }
        switch call.number {
        case 62: return try kill(int(call.a0), int(call.a1), thread)
        case 129: return try queue(int(call.a0), int(call.a1), call.a2, thread)
        case 200:
            guard int(call.a0) > 0 else { throw .EINVAL }
            return try threadKill(nil, int(call.a0), int(call.a1), thread)
        case 234:
            guard int(call.a0) > 0, int(call.a1) > 0 else { throw .EINVAL }
            return try threadKill(int(call.a0), int(call.a1), int(call.a2), thread)
        case 297: return try threadQueue(call, thread)
        default: return nil
        }
    }

    private static func descriptors(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        func word(_ argument: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: argument) }
        switch call.number {
        case 282: return try signalFile(call, flags: 0, thread)
        case 289: return try signalFile(call, flags: word(call.a3), thread)
        case 424: return try sendToProcessFile(call, thread)
        case 434: return try openProcess(Int32(truncatingIfNeeded: call.a0), flags: word(call.a1), thread)
        default: return nil
        }
    }
}
