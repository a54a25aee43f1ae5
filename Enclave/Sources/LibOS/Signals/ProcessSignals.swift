/// What the threads of a process share about signals.
struct ProcessSignals {
    private(set) var actions = [SignalAction](repeating: SignalAction(), count: Int(Signal.last) + 1)
    /// Signals that would do nothing: ignored, or of no effect by default.
    private(set) var ineffective: UInt64 = Signal.ignoredByDefault | Signal.stopping & ~Signal.bit(Signal.stop)
    /// Sent to the process, and for any of its threads.
    var pending = SignalQueue()
    /// Entries in this queue and in those of the threads, which RLIMIT_SIGPENDING bounds.
    var queued = 0
    var isStopped = false
    /// Threads that wait to be continued.
    let stopped = WaitQueue()
    /// Woken whenever a signal becomes pending: signalfd waits on it.
    let arrivals = WaitQueue()

    subscript(signal: Int32) -> SignalAction {
        get { actions[Int(signal)] }
        set {
            actions[Int(signal)] = newValue
            let bit = Signal.bit(signal)
            if newValue.disposition(of: signal) == .ignore { ineffective |= bit } else { ineffective &= ~bit }
        }
    }

    /// A new program has no handlers; what was ignored stays ignored.
    mutating func resetHandlers() {
        for signal in 1...Signal.last where actions[Int(signal)].handler != SignalAction.ignore { self[signal] = SignalAction() }
    }
}
