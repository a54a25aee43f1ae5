/// The POSIX timers of a process by their numbers.
struct PosixTimerTable {
    private var timers: [PosixTimer] = []
    private var next: Int32 = 0

    func find(_ id: Int32) throws(Errno) -> PosixTimer {
        guard let timer = timers.first(where: { $0.id == id }) else { throw .EINVAL }
        return timer
    }

    /// The number that the next one gets, which no living one has.
    mutating func newID() -> Int32 {
        repeat {
            let id = next
            next = next == Int32.max ? 0 : next + 1
            if !timers.contains(where: { $0.id == id }) { return id }
        } while true
    }

    mutating func add(_ timer: PosixTimer) { timers.append(timer) }

    mutating func remove(_ timer: PosixTimer) { timers.removeAll { $0 === timer } }

    var count: Int { timers.count }

    /// The process ends or becomes another program.
    mutating func removeAll() {
        let all = timers
        timers = []
        for timer in all { timer.stop() }
    }
}

extension TimeCalls {
    static func createTimer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let process = thread.process
        let clock = try ClockID(call.a0, thread)
        switch clock {
        case .readOnly, .alarm: throw .EOPNOTSUPP
        default: break
        }
        guard UInt64(process.timers.count) < process.limits[ResourceLimits.pendingSignals].soft else { throw .EAGAIN }
        var notification = PosixTimer.Notification.process
        var signal = Signal.alarm
        var value: UInt64?
        if call.a1 != 0 {
            value = try userLoad(call.a1, as: UInt64.self)
            signal = try userLoad(call.a1 &+ 8, as: Int32.self)
            let kind = try userLoad(call.a1 &+ 12, as: Int32.self)
            notification = try Self.notification(kind, try userLoad(call.a1 &+ 16, as: Int32.self), signal, process)
        }
        let id = process.timers.newID()
        let timer = PosixTimer(
            id: id, clock: clock, owner: process, notification: notification, signal: signal,
            value: value ?? UInt64(UInt32(bitPattern: id)))
        try userStore(id, to: call.a2)
        process.timers.add(timer)
        return 0
    }

    /// SIGEV_SIGNAL, NONE, THREAD, which C libraries make of the first or of the last, and SIGEV_THREAD_ID.
    private static func notification(
        _ kind: Int32, _ id: Int32, _ signal: Int32, _ process: Process
    ) throws(Errno) -> PosixTimer.Notification {
        if kind == 1 { return .none }
        guard kind == 0 || kind == 2 || kind == 4, signal >= 1, signal <= Signal.last else { throw .EINVAL }
        guard kind == 4 else { return .process }
        guard process.threads.contains(where: { $0.id == id }) else { throw .EINVAL }
        return .thread(id)
    }

    private static func timer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> PosixTimer {
        try thread.process.timers.find(Int32(truncatingIfNeeded: call.a0))
    }

    static func setTimer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a2 != 0 else { throw .EINVAL }
        let new = try TimerSpec.load(call.a2)
        let timer = try timer(call, thread)
        let old = timer.state
        timer.set(interval: new.interval, value: new.value, isAbsolute: call.a1 & 1 != 0)
        if call.a3 != 0 { try TimerSpec.store(interval: old.interval, value: old.value, to: call.a3) }
        return 0
    }

    static func getTimer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let state = try timer(call, thread).state
        try TimerSpec.store(interval: state.interval, value: state.value, to: call.a1)
        return 0
    }

    static func timerOverrun(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        Int64(try timer(call, thread).overrun)
    }

    static func deleteTimer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let timer = try timer(call, thread)
        timer.stop()
        thread.process.timers.remove(timer)
        return 0
    }
}
