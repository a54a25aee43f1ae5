/// A timerfd: how often its time has come since it was last read.
final class TimerFile: OpenFile {
    private let clock: ClockID
    private let timer = Timer()
    private let queue = WaitQueue()
    private var setting = TimerSetting()
    /// It is ready from the moment it goes off, so that several become ready in the order of their times.
    private var hasFired = false

    /// Its place in the queue of timers.
    private final class Timer: KernelTimer {
        var file: Unmanaged<TimerFile>?
        override func expired(_ now: UInt64) { file?.takeUnretainedValue().wake() }
    }

    static let absolute: UInt32 = 1
    /// TFD_TIMER_CANCEL_ON_SET: the clock inside is never set, so nothing is ever cancelled.
    static let cancelsOnSet: UInt32 = 2

    init(_ clock: ClockID, flags: UInt32) {
        self.clock = clock
        let node = AnonymousNode(AnonymousFileSystem.others, kind: .anonymous)
        super.init(
            node: node, path: Bytes(text: "anon_inode:[timerfd]"), flags: OpenFlags.readWrite | flags & OpenFlags.nonBlocking)
        timer.file = Unmanaged.passUnretained(self)
    }

    override func closed() { TimerQueue.disarm(timer) }

    // MARK: Setting

    /// Nanoseconds left, and the interval.
    var state: (interval: UInt64, value: UInt64) {
        // What is shown is the time to the next one; what was not read yet stays to be read.
        var shown = setting
        let now = Clock.monotonic()
        if shown.interval > 0 { _ = shown.advance(to: now) }
        guard let due = shown.due else { return (setting.interval, 0) }
        return (setting.interval, due > now ? due - now : 0)
    }

    func set(interval: UInt64, value: UInt64, flags: UInt32) {
        setting.interval = interval
        if value == 0 {
            setting.due = nil
        } else {
            setting.due = flags & Self.absolute != 0 ? clock.monotonic(at: value) : Clock.monotonic() &+ value
        }
        arm()
        queue.wakeAll()
    }

    private func arm() {
        hasFired = false
        if let due = setting.due { Scheduler.arm(timer, at: due) } else { TimerQueue.disarm(timer) }
    }

    private func wake() {
        hasFired = true
        queue.wakeAll()
    }

    // MARK: Reading

    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { 0 }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count >= 8 else { throw .EINVAL }
        while true {
            var count = setting.advance(to: Clock.monotonic())
            if count > 0 {
                arm()
                try withUnsafeBytes(of: &count) { (raw) throws(Errno) in
                    if let base = raw.baseAddress { try buffer.copyOut(base, 8, at: 0) }
                }
                return 8
            }
            guard !isNonBlocking else { throw .EAGAIN }
            try block(on: [queue], until: nil)
        }
    }

    override func readiness() -> PollEvents { hasFired ? .readable : [] }

    override var waitQueues: [WaitQueue] { [queue] }
    override var isPollable: Bool { true }
}

extension TimeCalls {
    static func createTimerFile(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let flags = UInt32(truncatingIfNeeded: call.a1)
        guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking) == 0 else { throw .EINVAL }
        let clock: ClockID
        switch call.a0 {
        case 0, 1, 7: clock = try ClockID(call.a0, thread)
        // They would wake the machine, which takes a capability no container has.
        case 8, 9: throw .EPERM
        default: throw .EINVAL
        }
        let file = TimerFile(clock, flags: flags)
        return Int64(try thread.process.descriptors.install(file, cloexec: flags & OpenFlags.closeOnExec != 0))
    }

    private static func timerFile(_ descriptor: UInt64, _ thread: Thread) throws(Errno) -> TimerFile {
        let open = try thread.process.descriptors.get(Int32(truncatingIfNeeded: descriptor))
        guard !open.isPathOnly else { throw .EBADF }
        guard let file = open as? TimerFile else {
            throw .EINVAL
        }
        return file
    }

    static func setTimerFile(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let new = try TimerSpec.load(call.a2)
        let flags = UInt32(truncatingIfNeeded: call.a1)
        guard flags & ~(TimerFile.absolute | TimerFile.cancelsOnSet) == 0 else { throw .EINVAL }
        let file = try timerFile(call.a0, thread)
        let old = file.state
        file.set(interval: new.interval, value: new.value, flags: flags)
        if call.a3 != 0 { try TimerSpec.store(interval: old.interval, value: old.value, to: call.a3) }
        return 0
    }

    static func getTimerFile(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let state = try timerFile(call.a0, thread).state
        try TimerSpec.store(interval: state.interval, value: state.value, to: call.a1)
        return 0
    }
}
