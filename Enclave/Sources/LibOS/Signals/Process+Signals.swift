import Wire

extension Process {
    /// Sends the process a signal: one thread that does not block it will take it, the first one before others.
    ///
    /// `false` where RLIMIT_SIGPENDING leaves no room for it.
    @discardableResult
    func raise(_ information: SignalInformation) -> Bool {
        let signal = information.signal
        guard ending == nil, let first = threads.first else { return true }
        prepare(signal)
        guard keeps(signal, for: first) else { return true }
        if signals.pending.covers(information) { return true }
        switch room(for: information) {
        case .none: return false
        case .onlyNumber: signals.pending.note(signal)
        case .enough:
            signals.pending.add(information)
            signals.queued += 1
        }
        signalArrived()
        if let target = target(of: signal) { deliver(signal, to: target) }
        return true
    }

    /// The thread that shall take a signal of the process: the first where it can, or one with nothing else to look at.
    private func target(of signal: Int32, besides other: Thread? = nil) -> Thread? {
        var candidate: Thread?
        for thread in threads where thread !== other && thread.wants(signal) {
            if thread === threads.first || !thread.signals.attention { return thread }
            if candidate == nil { candidate = thread }
        }
        return candidate
    }

    /// A signal that a thread is to take now; one that ends the process does so at once.
    func deliver(_ signal: Int32, to thread: Thread) {
        let isAwaited = thread.signals.maskBeforeWait & Signal.bit(signal) != 0
        let isFault = Signal.synchronous & Signal.bit(signal) != 0
        if signals[signal].disposition(of: signal) == .end, !isAwaited, !isFault {
            return endProcess(self, status: 0, signal: UInt32(signal))
        }
        thread.attend()
    }

    /// Finds another thread for pending signals that one no longer takes, because it blocks them now or ends.
    func offerPending(_ set: UInt64, besides thread: Thread) {
        var left = signals.pending.bits & set
        while let signal = Signal.first(of: left) {
            left &= ~Signal.bit(signal)
            target(of: signal, besides: thread)?.attend()
        }
    }

    // MARK: What sending does besides

    /// Stops and continuations undo each other when they are sent, whether or not anybody takes them.
    func prepare(_ signal: Int32) {
        if Signal.bit(signal) & Signal.stopping != 0 {
            discardPending(Signal.bit(Signal.continuation))
        } else if signal == Signal.continuation {
            discardPending(Signal.stopping)
            resume()
        } else if signal == Signal.kill {
            resume()
        }
    }

    /// An ignored signal is dropped when it is sent, unless it is blocked: the action may be another one when it is unblocked.
    func keeps(_ signal: Int32, for thread: Thread) -> Bool {
        let bit = Signal.bit(signal)
        if signals.ineffective & bit == 0 { return true }
        return (thread.signals.mask | thread.signals.maskBeforeWait) & bit != 0
    }

    /// Forgets pending signals of a set, of the process and all its threads.
    func discardPending(_ set: UInt64) {
        signals.queued -= signals.pending.discard(set)
        for thread in threads { signals.queued -= thread.signals.pending.discard(set) }
    }

    /// Forgets what a timer sent that is not taken yet.
    func discardPending(from timer: PosixTimer) {
        signals.queued -= signals.pending.discard(from: timer)
        for thread in threads { signals.queued -= thread.signals.pending.discard(from: timer) }
    }

    func signalArrived() {
        if !signals.arrivals.isEmpty { signals.arrivals.wakeAll() }
    }

    // MARK: RLIMIT_SIGPENDING

    enum Room {
        case enough
        case onlyNumber
        case none
    }

    /// Standard signals always become pending, queued ones only where there is room or the kernel sends them.
    func room(for information: SignalInformation) -> Room {
        if information.timer != nil || information.code == SignalInformation.kernel { return .enough }
        if UInt64(signals.queued) < limits[ResourceLimits.pendingSignals].soft { return .enough }
        if information.signal < Signal.firstQueued || information.code == SignalInformation.user { return .onlyNumber }
        return .none
    }

    // MARK: Stopping

    /// All threads stop where they leave the kernel, until the process is continued.
    func stop(by signal: Int32) {
        guard !signals.isStopped else { return }
        signals.isStopped = true
        for thread in threads {
            thread.signals.attention = true
            if thread.state == .running && thread !== currentThreadIfAny() { Scheduler.interruptRunning() }
        }
        var text = LogText("the program was stopped by signal ")
        text.append(Int64(signal))
        text.append(": SIGCONT continues it")
        Host.log(.warning, text.bytes)
    }

    func resume() {
        guard signals.isStopped else { return }
        signals.isStopped = false
        signals.stopped.wakeAll()
    }
}
