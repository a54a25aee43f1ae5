extension Thread {
    /// Signals that wait to be delivered to this thread: its own and those of the process.
    private var waiting: UInt64 { (signals.pending.bits | process.signals.pending.bits) & ~(signals.mask & ~Signal.unblockable) }

    /// Whether a wait has to end: a signal would do something, or the process ends.
    var isInterrupted: Bool {
        if isToEnd { return true }
        guard signals.attention else { return false }
        // What rt_sigtimedwait waits for ends the wait although its action is to do nothing.
        let awaited = signals.maskBeforeWait & ~signals.mask
        return waiting & ~(process.signals.ineffective & ~awaited) != 0
    }

    /// Takes the next signal that is not blocked.
    func takeSignal() -> SignalInformation? {
        take(from: ~(signals.mask & ~Signal.unblockable))
    }

    /// Takes the next signal of a set, blocked or not, its own first.
    func take(from set: UInt64) -> SignalInformation? {
        if let signal = Signal.first(of: signals.pending.bits & set) {
            let before = signals.pending.count
            let information = signals.pending.take(signal)
            return taken(information, before - signals.pending.count)
        }
        if let signal = Signal.first(of: process.signals.pending.bits & set) {
            let before = process.signals.pending.count
            let information = process.signals.pending.take(signal)
            return taken(information, before - process.signals.pending.count)
        }
        return nil
    }

    private func taken(_ information: SignalInformation, _ entries: Int) -> SignalInformation {
        process.signals.queued -= entries
        guard let timer = information.timer else { return information }
        return timer.delivered(information)
    }

    /// Whether there is nothing left to look at.
    func settleAttention() { signals.attention = process.signals.isStopped || waiting != 0 }

    // MARK: Masks

    /// Sets the mask; what waits for the process goes to a thread that still takes it.
    func block(signals mask: UInt64) {
        let added = mask & ~signals.mask
        signals.mask = mask & ~Signal.unblockable
        if added & process.signals.pending.bits != 0 { process.offerPending(added, besides: self) }
    }

    /// Runs `body`, which waits, with another mask; after EINTR the old one comes back when the signal is delivered.
    func withMask(_ mask: UInt64, _ body: () throws(Errno) -> Int64) throws(Errno) -> Int64 {
        let old = signals.mask
        signals.savedMask = old
        block(signals: mask)
        do throws(Errno) {
            let result = try body()
            signals.savedMask = nil
            block(signals: old)
            return result
        } catch {
            if error != .EINTR {
                signals.savedMask = nil
                block(signals: old)
            }
            throw error
        }
    }

    // MARK: Sending

    /// A signal of the kernel's own, such as SIGPIPE for what the thread does.
    func raise(_ signal: Int32) { raise(SignalInformation(signal: signal, sender: process)) }

    /// Sends this thread a signal; `false` where RLIMIT_SIGPENDING leaves no room for it.
    @discardableResult
    func raise(_ information: SignalInformation) -> Bool {
        guard state != .ended, process.ending == nil else { return true }
        process.prepare(information.signal)
        guard process.keeps(information.signal, for: self) else { return true }
        if signals.pending.covers(information) { return true }
        switch process.room(for: information) {
        case .none: return false
        case .onlyNumber: signals.pending.note(information.signal)
        case .enough:
            signals.pending.add(information)
            process.signals.queued += 1
        }
        process.signalArrived()
        if wants(information.signal) { process.deliver(information.signal, to: self) }
        return true
    }

    /// A signal that cannot be put off: where it is blocked or ignored its action becomes the default, which ends the process.
    func force(_ information: SignalInformation) {
        let signal = information.signal
        let isBlocked = Signal.bit(signal) & signals.mask != 0
        if isBlocked || process.signals[signal].handler == SignalAction.ignore {
            process.signals[signal] = SignalAction()
            signals.mask &= ~Signal.bit(signal)
        }
        if !signals.pending.contains(signal) {
            signals.pending.add(information)
            process.signals.queued += 1
        }
        signals.attention = true
    }

    /// Whether it would take the signal.
    func wants(_ signal: Int32) -> Bool {
        state != .ended && Signal.bit(signal) & signals.mask & ~Signal.unblockable == 0
    }

    /// Makes it look at its signals soon: wakes it or interrupts what it computes.
    func attend() {
        signals.attention = true
        switch state {
        case .blocked: if isInterrupted { Scheduler.wake(self) }
        case .running: if self !== currentThreadIfAny() { Scheduler.interruptRunning() }
        case .runnable, .ended: break
        }
    }
}
