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
        case 159: return try ClockAdjustment.adjust(call.a0)
        case 305: return try ClockAdjustment.adjust(clock: call.a0, call.a1, thread)
        case 164: return try ClockAdjustment.setTimeOfDay(call)
        case 227: return try ClockAdjustment.setTime(call, thread)
        default: return try timers(call, thread)
        }
    }

    private static func timers(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 222: return try TimeCalls.createTimer(call, thread)
        case 223: return try TimeCalls.setTimer(call, thread)
        case 224: return try TimeCalls.getTimer(call, thread)
        case 225: return try TimeCalls.timerOverrun(call, thread)
        case 226: return try TimeCalls.deleteTimer(call, thread)
        case 283: return try TimeCalls.createTimerFile(call, thread)
        case 286: return try TimeCalls.setTimerFile(call, thread)
        case 287: return try TimeCalls.getTimerFile(call, thread)
        default: return nil
        }
    }
}
