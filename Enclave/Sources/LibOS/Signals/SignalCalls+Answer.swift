extension SignalCalls {
    /// The calls on signals: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
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
        default: return nil
        }
    }
}
