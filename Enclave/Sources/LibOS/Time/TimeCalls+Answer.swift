extension TimeCalls {
    /// The calls on clocks and timers: `nil` when the number is not one of them.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 35: return try TimeCalls.nanosleep(call.a0, call.a1)
        case 36: return try TimeCalls.getInterval(call, thread)
        case 37: return TimeCalls.alarm(call, thread)
        case 38: return try TimeCalls.setInterval(call, thread)
        case 96: return try TimeCalls.timeOfDay(call)
        case 201: return try TimeCalls.time(call)
        case 228: return try TimeCalls.getTime(call, thread)
        case 229: return try TimeCalls.getResolution(call, thread)
        case 230: return try TimeCalls.clockNanosleep(call, thread)
        default: return nil
        }
    }
}
