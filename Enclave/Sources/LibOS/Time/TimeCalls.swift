/// Clocks, sleeps and interval timers.
enum TimeCalls {
    static func getTime(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        try TimeSpec.store(try ClockID(call.a0, thread).now(), to: call.a1)
        return 0
    }

    static func getResolution(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let clock = try ClockID(call.a0, thread)
        if call.a1 != 0 { try TimeSpec.store(clock.resolution, to: call.a1) }
        return 0
    }

    static func timeOfDay(_ call: CallArguments) throws(Errno) -> Int64 {
        let time = Clock.realtime()
        if call.a0 != 0 {
            try userStore(Int64(time / 1_000_000_000), to: call.a0)
            try userStore(Int64(time % 1_000_000_000 / 1000), to: call.a0 &+ 8)
        }
        if call.a1 != 0 { try userStore(UInt64(0), to: call.a1) }
        return 0
    }

    static func time(_ call: CallArguments) throws(Errno) -> Int64 {
        let seconds = Int64(Clock.realtime() / 1_000_000_000)
        if call.a0 != 0 { try userStore(seconds, to: call.a0) }
        return seconds
    }

    // MARK: Sleeping

    static func nanosleep(_ request: UInt64, _ remaining: UInt64) throws(Errno) -> Int64 {
        let deadline = Clock.monotonic() &+ (try TimeSpec.load(request))
        return try sleep(until: deadline, remaining: remaining)
    }

    static func clockNanosleep(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let clock = try ClockID(call.a0, thread)
        switch clock {
        case .readOnly, .alarm: throw .EOPNOTSUPP
        // A thread that sleeps uses none of its own time.
        case .thread(let other) where other === thread: throw .EINVAL
        default: break
        }
        let time = try TimeSpec.load(call.a2)
        let isAbsolute = call.a1 & 1 != 0
        if clock.isProcessor {
            return try sleep(on: clock, until: isAbsolute ? time : clock.now() &+ time, isAbsolute ? 0 : call.a3)
        }
        let deadline = isAbsolute ? clock.monotonic(at: time) : Clock.monotonic() &+ time
        return try sleep(until: deadline, remaining: isAbsolute ? 0 : call.a3)
    }

    private static func sleep(until deadline: UInt64, remaining: UInt64) throws(Errno) -> Int64 {
        while true {
            do throws(Errno) { try block(on: [], until: deadline) } catch {
                if error == .ETIMEDOUT { return 0 }
                if remaining != 0 {
                    let now = Clock.monotonic()
                    try TimeSpec.store(deadline > now ? deadline - now : 0, to: remaining)
                }
                throw error
            }
        }
    }

    /// Sleeps until other threads have used so much CPU time.
    private static func sleep(on clock: ClockID, until due: UInt64, _ remaining: UInt64) throws(Errno) -> Int64 {
        let process = currentThread.process
        let alarm = WakingTimer()
        defer { process.processorTimers?.disarm(alarm) }
        while clock.now() < due {
            process.processorClocks.arm(alarm, on: clock, at: due)
            do throws(Errno) { try block(on: [alarm.queue], until: nil) } catch {
                if remaining != 0 {
                    let now = clock.now()
                    try TimeSpec.store(due > now ? due - now : 0, to: remaining)
                }
                throw error
            }
        }
        return 0
    }

    // MARK: Interval timers

    static func setInterval(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        var new: (interval: UInt64, value: UInt64) = (0, 0)
        // Without new values the timer is stopped: what Linux does, whatever it says of it.
        if call.a1 != 0 { new = (try TimeValue.load(call.a1), try TimeValue.load(call.a1 &+ 16)) }
        guard let kind = IntervalTimer.Kind(rawValue: call.a0 & 0xffff_ffff) else { throw .EINVAL }
        let timer = thread.process.intervalTimers.timer(kind, thread.process)
        let old = timer.state
        timer.set(interval: new.interval, value: new.value)
        if call.a2 != 0 { try store(old, to: call.a2) }
        return 0
    }

    static func getInterval(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard let kind = IntervalTimer.Kind(rawValue: call.a0 & 0xffff_ffff) else { throw .EINVAL }
        try store(thread.process.intervalTimers.timer(kind, thread.process).state, to: call.a1)
        return 0
    }

    private static func store(_ state: (interval: UInt64, value: UInt64), to address: UInt64) throws(Errno) {
        try TimeValue.store(state.interval, to: address)
        // A timer that runs shows a microsecond at least.
        try TimeValue.store(state.value == 0 ? 0 : max(state.value, 1000), to: address &+ 16)
    }

    /// The seconds left are rounded to the nearest, and one at least.
    static func alarm(_ call: CallArguments, _ thread: Thread) -> Int64 {
        let timer = thread.process.intervalTimers.timer(.real, thread.process)
        let left = timer.state.value
        timer.set(interval: 0, value: (call.a0 & 0xffff_ffff) * 1_000_000_000)
        guard left > 0 else { return 0 }
        return Int64(max(1, (left + 500_000_000) / 1_000_000_000))
    }
}

/// A timer that wakes whoever waits for it.
final class WakingTimer: KernelTimer {
    let queue = WaitQueue()

    override init() { super.init() }

    override func expired(_ now: UInt64) { queue.wakeAll() }
}

/// struct timeval, as nanoseconds.
enum TimeValue {
    static func load(_ address: UInt64) throws(Errno) -> UInt64 {
        let seconds = try userLoad(address, as: Int64.self)
        let micro = try userLoad(address &+ 8, as: Int64.self)
        guard seconds >= 0, micro >= 0, micro < 1_000_000 else { throw .EINVAL }
        guard seconds < 9_000_000_000 else { return UInt64(Int64.max) }
        return UInt64(seconds) * 1_000_000_000 + UInt64(micro) * 1000
    }

    static func store(_ time: UInt64, to address: UInt64) throws(Errno) {
        try userStore(Int64(time / 1_000_000_000), to: address)
        try userStore(Int64(time % 1_000_000_000 / 1000), to: address &+ 8)
    }
}
