/// When a timer of a program is due next and every how many nanoseconds after that.
struct TimerSetting {
    /// On the timer's own clock; `nil`: it does not run.
    var due: UInt64?
    var interval: UInt64 = 0

    /// Passes what is due at `now`; returns how often.
    mutating func advance(to now: UInt64) -> UInt64 {
        guard let due, due <= now else { return 0 }
        guard interval > 0 else {
            self.due = nil
            return 1
        }
        let count = (now - due) / interval + 1
        let (distance, overflow) = count.multipliedReportingOverflow(by: interval)
        self.due = overflow ? UInt64.max : due &+ distance
        return count
    }

    /// Nanoseconds until it is due; 0 only where it does not run.
    func remaining(_ now: UInt64) -> UInt64 {
        guard let due else { return 0 }
        return due > now ? due - now : 1
    }
}

/// struct itimerspec: interval and value, each a timespec.
enum TimerSpec {
    static func load(_ address: UInt64) throws(Errno) -> (interval: UInt64, value: UInt64) {
        (try TimeSpec.load(address), try TimeSpec.load(address &+ 16))
    }

    static func store(interval: UInt64, value: UInt64, to address: UInt64) throws(Errno) {
        try TimeSpec.store(interval, to: address)
        try TimeSpec.store(value, to: address &+ 16)
    }
}
