/// Pending signals of a thread or of a process.
struct SignalQueue {
    private(set) var bits: UInt64 = 0
    private var entries: [SignalInformation] = []

    var count: Int { entries.count }

    func contains(_ signal: Int32) -> Bool { bits & Signal.bit(signal) != 0 }

    /// Whether a signal that is pending already stands for this one, too: a standard signal is pending once, but each timer sends its own.
    func covers(_ information: SignalInformation) -> Bool {
        information.signal < Signal.firstQueued && information.timer == nil && contains(information.signal)
    }

    mutating func add(_ information: SignalInformation) {
        bits |= Signal.bit(information.signal)
        entries.append(information)
    }

    /// The signal is pending, and there was no room for what goes with it.
    mutating func note(_ signal: Int32) { bits |= Signal.bit(signal) }

    /// The oldest of a signal that is pending.
    mutating func take(_ signal: Int32) -> SignalInformation {
        var taken: SignalInformation?
        var place = 0
        while place < entries.count {
            guard entries[place].signal == signal else {
                place += 1
                continue
            }
            if taken != nil { return taken.unsafelyUnwrapped }
            taken = entries.remove(at: place)
        }
        bits &= ~Signal.bit(signal)
        return taken ?? SignalInformation(signal: signal, code: SignalInformation.user)
    }

    /// Forgets the signals of a set; returns how many entries went.
    mutating func discard(_ set: UInt64) -> Int {
        guard bits & set != 0 else { return 0 }
        let before = entries.count
        let gone = entries.filter { Signal.bit($0.signal) & set != 0 }
        bits &= ~set
        entries.removeAll { Signal.bit($0.signal) & set != 0 }
        for information in gone { information.timer?.dropped() }
        return before - entries.count
    }

    /// Forgets what a timer sent.
    mutating func discard(from timer: PosixTimer) -> Int {
        guard let place = entries.firstIndex(where: { $0.timer === timer }) else { return 0 }
        let signal = entries.remove(at: place).signal
        if !entries.contains(where: { $0.signal == signal }) { bits &= ~Signal.bit(signal) }
        return 1
    }
}
