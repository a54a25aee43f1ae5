/// One of the three timers of setitimer: of real time, which alarm sets too, or of CPU time.
final class IntervalTimer: KernelTimer {
    enum Kind: UInt64 {
        case real = 0
        case virtual = 1
        case profiling = 2
    }

    private let kind: Kind
    private let process: Unmanaged<Process>
    private var setting = TimerSetting()

    init(_ kind: Kind, _ process: Process) {
        self.kind = kind
        self.process = Unmanaged.passUnretained(process)
    }

    private var owner: Process { process.takeUnretainedValue() }

    /// All time of a thread on a vCPU counts as its own, so VIRTUAL and PROF run alike.
    private var now: UInt64 { kind == .real ? Clock.monotonic() : owner.ran }

    /// Interval and nanoseconds left; 0 where it does not run.
    var state: (interval: UInt64, value: UInt64) { (setting.interval, setting.remaining(now)) }

    func set(interval: UInt64, value: UInt64) {
        setting.interval = interval
        setting.due = value == 0 ? nil : now &+ value
        arm()
    }

    private func arm() {
        if kind == .real {
            if let due = setting.due { Scheduler.arm(self, at: due) } else { TimerQueue.disarm(self) }
        } else if let due = setting.due {
            owner.processorClocks.arm(self, on: .process(owner), at: due)
        } else {
            owner.processorTimers?.disarm(self)
        }
    }

    private var signal: Int32 {
        switch kind {
        case .real: Signal.alarm
        case .virtual: Signal.virtualAlarm
        case .profiling: Signal.profiling
        }
    }

    override func expired(_ now: UInt64) {
        _ = setting.advance(to: now)
        if setting.due != nil { arm() }
        owner.raise(SignalInformation(signal: signal, code: SignalInformation.kernel))
    }
}

/// The three of a process, made when they are first asked for.
struct IntervalTimers {
    private var timers: [IntervalTimer] = []

    mutating func timer(_ kind: IntervalTimer.Kind, _ process: Process) -> IntervalTimer {
        if timers.isEmpty {
            timers = [IntervalTimer(.real, process), IntervalTimer(.virtual, process), IntervalTimer(.profiling, process)]
        }
        return timers[Int(kind.rawValue)]
    }
}
