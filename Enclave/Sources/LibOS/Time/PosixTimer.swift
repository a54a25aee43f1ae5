/// A timer of timer_create: its signal is pending once at most, and what is missed meanwhile is counted.
final class PosixTimer: KernelTimer {
    /// What happens when it is due.
    enum Notification {
        case none
        case process
        case thread(Int32)
    }

    let id: Int32
    let clock: ClockID
    private let owner: Unmanaged<Process>
    private let notification: Notification
    private let signal: Int32
    private let value: UInt64
    /// On the monotonic clock, or on the CPU clock it runs on.
    private var setting = TimerSetting()
    private var isPending = false
    /// Of the signal that was taken last.
    private(set) var overrun: Int32 = 0

    init(id: Int32, clock: ClockID, owner: Process, notification: Notification, signal: Int32, value: UInt64) {
        self.id = id
        self.clock = clock
        self.owner = Unmanaged.passUnretained(owner)
        self.notification = notification
        self.signal = signal
        self.value = value
    }

    private var process: Process { owner.takeUnretainedValue() }
    private var now: UInt64 { clock.isProcessor ? clock.now() : Clock.monotonic() }

    // MARK: Setting

    /// Interval and nanoseconds left; 0 where it does not run.
    var state: (interval: UInt64, value: UInt64) {
        var shown = setting
        if shown.interval > 0 { _ = shown.advance(to: now) }
        guard let due = shown.due else { return (setting.interval, 0) }
        // One that notifies nobody is simply over when its time has come.
        if case .none = notification, due <= now { return (setting.interval, 0) }
        return (setting.interval, shown.remaining(now))
    }

    func set(interval: UInt64, value: UInt64, isAbsolute: Bool) {
        stop()
        overrun = 0
        setting.interval = interval
        if value == 0 {
            setting.due = nil
        } else if isAbsolute {
            setting.due = clock.isProcessor ? value : clock.monotonic(at: value)
        } else {
            setting.due = now &+ value
        }
        arm()
    }

    /// Ends it and forgets a signal that nobody took yet.
    func stop() {
        TimerQueue.disarm(self)
        if clock.isProcessor { process.processorTimers?.disarm(self) }
        if isPending {
            isPending = false
            process.discardPending(from: self)
        }
        setting.due = nil
    }

    private func arm() {
        guard let due = setting.due else { return }
        if case .none = notification { return }
        if clock.isProcessor {
            process.processorClocks.arm(self, on: clock, at: due)
        } else {
            Scheduler.arm(self, at: due)
        }
    }

    // MARK: Its signal

    override func expired(_ now: UInt64) {
        var information = SignalInformation(signal: signal, code: SignalInformation.fromTimer)
        information.words = (SignalInformation.pair(id, 0), value, 0)
        information.timer = self
        if case .thread(let id) = notification {
            guard let thread = process.threads.first(where: { $0.id == id }) else { return }
            isPending = process.keeps(signal, for: thread)
            if isPending { thread.raise(information) } else { dropped() }
        } else if let first = process.threads.first {
            isPending = process.keeps(signal, for: first)
            if isPending { process.raise(information) } else { dropped() }
        }
    }

    /// The signal is taken: the timer goes on from here, so that one nobody listens to costs nothing.
    func delivered(_ information: SignalInformation) -> SignalInformation {
        guard isPending else { return information }
        isPending = false
        let count = setting.advance(to: now)
        overrun = Int32(clamping: count > 0 ? count - 1 : 0)
        arm()
        var told = information
        told.words.0 = SignalInformation.pair(id, overrun)
        return told
    }

    /// The signal is ignored: the timer goes on without it.
    func dropped() {
        isPending = false
        _ = setting.advance(to: now)
        arm()
    }
}
