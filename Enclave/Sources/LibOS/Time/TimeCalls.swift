/// Clocks, sleeps and interval timers.
enum TimeCalls {
    private static func now(_ clock: UInt64, _ thread: Thread) throws(Errno) -> UInt64 {
        switch clock {
        case 0, 5, 11: return Clock.realtime()
        case 1, 4, 6, 7: return Clock.monotonic()
        case 2: return thread.process.ran
        case 3: return thread.ran
        default:
            // The clock of a process or thread by its number: bit 2 tells which, the number stands inverted above.
            let word = Int32(truncatingIfNeeded: clock)
            guard word < 0 else { throw .EINVAL }
            let id = ~(word >> 3)
            if word & 4 == 0 {
                guard id == 0 || id == thread.process.id else { throw .EINVAL }
                return thread.process.ran
            }
            guard let other = id == 0 ? thread : thread.process.threads.first(where: { $0.id == id }) else { throw .EINVAL }
            return other.ran
        }
    }

    static func getTime(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        try TimeSpec.store(try now(call.a0, thread), to: call.a1)
        return 0
    }

    static func getResolution(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        _ = try now(call.a0, thread)
        if call.a1 != 0 { try TimeSpec.store(call.a0 == 5 || call.a0 == 6 ? 4_000_000 : 1, to: call.a1) }
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

    static func nanosleep(_ request: UInt64, _ remaining: UInt64) throws(Errno) -> Int64 {
        let deadline = Clock.monotonic() &+ (try TimeSpec.load(request))
        return try sleep(until: deadline, remaining: remaining)
    }

    static func clockNanosleep(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let time = try TimeSpec.load(call.a2)
        let current = try now(call.a0, thread)
        let absolute = call.a1 & 1 != 0
        let wait = absolute ? (time > current ? time - current : 0) : time
        return try sleep(until: Clock.monotonic() &+ wait, remaining: absolute ? 0 : call.a3)
    }

    private static func sleep(until deadline: UInt64, remaining: UInt64) throws(Errno) -> Int64 {
        let queue = WaitQueue()
        while true {
            do throws(Errno) { try block(on: [queue], until: deadline) } catch {
                if error == .ETIMEDOUT { return 0 }
                if remaining != 0 {
                    let now = Clock.monotonic()
                    try TimeSpec.store(deadline > now ? deadline - now : 0, to: remaining)
                }
                throw error
            }
        }
    }

    static func setInterval(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 <= 2 else { throw .EINVAL }
        // Only the timer of real time runs; the CPU timers would need CPU time.
        guard call.a0 == 0 else { throw .ENOSYS }
        if call.a2 != 0 { try storeTimer(thread.process.realTimer, to: call.a2) }
        guard call.a1 != 0 else { throw .EFAULT }
        let interval = try microseconds(call.a1)
        let value = try microseconds(call.a1 &+ 16)
        arm(thread.process, value, interval)
        return 0
    }

    static func getInterval(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a0 == 0 else { throw call.a0 <= 2 ? .ENOSYS : .EINVAL }
        try storeTimer(thread.process.realTimer, to: call.a1)
        return 0
    }

    static func alarm(_ call: CallArguments, _ thread: Thread) -> Int64 {
        let now = Clock.monotonic()
        var left: Int64 = 0
        if let due = thread.process.realTimer.due { left = due > now ? Int64((due - now + 999_999_999) / 1_000_000_000) : 1 }
        arm(thread.process, (call.a0 & 0xffff_ffff) * 1_000_000_000, 0)
        return left
    }

    private static func arm(_ process: Process, _ value: UInt64, _ interval: UInt64) {
        process.realTimer.due = value == 0 ? nil : Clock.monotonic() &+ value
        process.realTimer.interval = interval
        kernel.noteProcessTimers()
        if process.realTimer.due != nil { Scheduler.watchClock() }
    }

    private static func storeTimer(_ timer: IntervalTimer, to address: UInt64) throws(Errno) {
        let now = Clock.monotonic()
        var left: UInt64 = 0
        if let due = timer.due { left = due > now ? due - now : 1000 }
        for (offset, value) in [(UInt64(0), timer.interval), (16, left)] {
            try userStore(value / 1_000_000_000, to: address &+ offset)
            try userStore(value % 1_000_000_000 / 1000, to: address &+ offset &+ 8)
        }
    }

    private static func microseconds(_ address: UInt64) throws(Errno) -> UInt64 {
        let seconds = try userLoad(address, as: Int64.self)
        let micro = try userLoad(address &+ 8, as: Int64.self)
        guard seconds >= 0, seconds < 9_000_000_000, micro >= 0, micro < 1_000_000 else { throw .EINVAL }
        return UInt64(seconds) * 1_000_000_000 + UInt64(micro) * 1000
    }
}
