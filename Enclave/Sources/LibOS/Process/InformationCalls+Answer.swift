extension InformationCalls {
    /// The calls that ask about system and process: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 63: return try InformationCalls.uname(call.a0)
        case 99: return try InformationCalls.sysinfo(call.a0)
        case 97: return try InformationCalls.limits(0, call.a0, 0, call.a1, thread)
        case 160: return try InformationCalls.limits(0, call.a0, call.a1, 0, thread)
        case 302: return try InformationCalls.limits(call.a0, call.a1, call.a2, call.a3, thread)
        case 98: return try InformationCalls.usage(call.a1, thread)
        case 100: return try InformationCalls.times(call.a0, thread)
        case 318: return try InformationCalls.random(call)
        case 157: return try InformationCalls.prctl(call, thread)
        case 135: return 0
        case 239:
            if call.a0 != 0 { try userStore(UInt32(0), to: call.a0) }
            return 0
        default: return nil
        }
    }
}
