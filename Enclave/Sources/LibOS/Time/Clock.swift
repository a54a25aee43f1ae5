import CEnclave
import Wire

/// The clocks, from the time stamp counter and what the host said of it; hints, but the monotonic one never goes back.
enum Clock {
    nonisolated(unsafe) private static var reading = ClockReading()
    /// Nanoseconds a tick, as a 32.32 fixed-point number.
    nonisolated(unsafe) private static var scale: UInt64 = 0
    nonisolated(unsafe) private static var lastMonotonic: UInt64 = 0
    nonisolated(unsafe) private static var floor: UInt64 = 0
    /// 73 years: no reading and no run is longer, and sums of a few of them do not overflow.
    private static let longest: UInt64 = 1 << 61

    /// Takes the host's reading.
    ///
    /// A frequency that no machine has is replaced by one; time before the measured build date is not believed.
    static func initialise(_ hint: ClockReading, buildDate: UInt64) {
        reading = hint
        let frequency = (100_000_000...10_000_000_000).contains(hint.tscFrequency) ? hint.tscFrequency : 2_000_000_000
        scale = (1_000_000_000 << 32) / frequency
        floor = buildDate &* 1_000_000_000
        reading.realtime = max(min(hint.realtime, 2 * longest), floor)
        reading.monotonic = min(hint.monotonic, longest)
        reading.tsc = min(hint.tsc, tsc_read())
        lastMonotonic = reading.monotonic
    }

    private static func elapsed() -> UInt64 {
        let now = tsc_read()
        guard now > reading.tsc else { return 0 }
        let product = (now - reading.tsc).multipliedFullWidth(by: scale)
        guard product.high < longest >> 32 else { return longest }
        return product.high << 32 | product.low >> 32
    }

    static func monotonic() -> UInt64 {
        let now = reading.monotonic &+ elapsed()
        if now > lastMonotonic { lastMonotonic = now }
        return lastMonotonic
    }

    static func realtime() -> UInt64 { reading.realtime &+ elapsed() }

    static func monotonicAt(realtime time: UInt64) -> UInt64 {
        let now = realtime()
        return time > now ? monotonic() &+ (time - now) : monotonic()
    }
}

/// struct timespec, as nanoseconds.
enum TimeSpec {
    static func load(_ address: UInt64) throws(Errno) -> UInt64 {
        let seconds = try userLoad(address, as: Int64.self)
        let nanoseconds = try userLoad(address &+ 8, as: Int64.self)
        guard seconds >= 0, nanoseconds >= 0, nanoseconds < 1_000_000_000 else { throw .EINVAL }
        // Beyond 292 years it is for ever.
        guard seconds < 9_000_000_000 else { return UInt64(Int64.max) }
        return UInt64(seconds) * 1_000_000_000 + UInt64(nanoseconds)
    }

    static func store(_ time: UInt64, to address: UInt64) throws(Errno) {
        try userStore(Int64(time / 1_000_000_000), to: address)
        try userStore(Int64(time % 1_000_000_000), to: address &+ 8)
    }
}
