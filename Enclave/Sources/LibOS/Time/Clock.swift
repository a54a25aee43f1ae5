import CEnclave
import Wire

/// The clocks, from the time stamp counter and what the host says of it: hints, but none of them ever goes back.
///
/// The host is asked again after a second and then ever more rarely. What it says changes how fast the clocks run, by 500 millionths at
/// most, so that they come nearer to its own; only forward, by more than a second, they jump, as they would have had the host stopped the
/// enclave for so long.
enum Clock {
    /// How the clocks run from one instant of the counter on; scales are nanoseconds a tick as 32.32 fixed-point numbers.
    struct Rates {
        var tsc: UInt64 = 0
        var monotonic: UInt64 = 0
        var monotonicScale: UInt64 = 0
        var realtime: UInt64 = 0
        var realtimeScale: UInt64 = 0
    }

    nonisolated(unsafe) private(set) static var rates = Rates()
    nonisolated(unsafe) private static var lastMonotonic: UInt64 = 0
    /// The first reading, which the counter's frequency is measured from.
    nonisolated(unsafe) private static var first = ClockReading()
    nonisolated(unsafe) private static var firstScale: UInt64 = 0
    nonisolated(unsafe) private static var interval: UInt64 = second
    nonisolated(unsafe) private static var nextReading: UInt64 = .max
    /// 73 years: no reading and no run is longer, and sums of a few of them do not overflow.
    private static let longest: UInt64 = 1 << 61
    private static let second: UInt64 = 1_000_000_000
    private static let longestInterval: UInt64 = 64 * second
    /// Millionths by which a clock may run faster or slower to come nearer to the host's.
    private static let mostSlew: Int64 = 500

    /// Takes the host's reading.
    ///
    /// A frequency that no machine has is replaced by one; time before the measured build date is not believed.
    static func initialise(_ hint: ClockReading, buildDate: UInt64) {
        first = hint
        let frequency = (100_000_000...10_000_000_000).contains(hint.tscFrequency) ? hint.tscFrequency : 2_000_000_000
        firstScale = (second << 32) / frequency
        first.realtime = max(min(hint.realtime, 2 * longest), buildDate &* second)
        first.monotonic = min(hint.monotonic, longest)
        first.tsc = min(hint.tsc, tsc_read())
        rates = Rates(
            tsc: first.tsc, monotonic: first.monotonic, monotonicScale: firstScale, realtime: first.realtime,
            realtimeScale: firstScale)
        lastMonotonic = first.monotonic
        nextReading = first.monotonic + interval
    }

    private static func elapsed(_ tsc: UInt64, _ scale: UInt64) -> UInt64 {
        guard tsc > rates.tsc else { return 0 }
        let product = (tsc - rates.tsc).multipliedFullWidth(by: scale)
        guard product.high < longest >> 32 else { return longest }
        return product.high << 32 | product.low >> 32
    }

    static func monotonic() -> UInt64 {
        let now = rates.monotonic &+ elapsed(tsc_read(), rates.monotonicScale)
        if now > lastMonotonic { lastMonotonic = now }
        if isDue { KernelWork.note() }
        return lastMonotonic
    }

    static func realtime() -> UInt64 { rates.realtime &+ elapsed(tsc_read(), rates.realtimeScale) }

    static func monotonicAt(realtime time: UInt64) -> UInt64 {
        let now = realtime()
        return time > now ? monotonic() &+ (time - now) : monotonic()
    }

    // MARK: Discipline

    /// Whether the host is to be asked again; told by what was read last, so that it costs nothing.
    static var isDue: Bool { lastMonotonic >= nextReading }

    /// Asks the host what time it is, and lets the clocks run accordingly.
    ///
    /// The kernel lock is given up for the call.
    static func readAgain() {
        nextReading = .max
        let before = tsc_read()
        let reading = Host.clock()
        let after = tsc_read()
        if interval < longestInterval { interval *= 2 }
        nextReading = monotonic() &+ interval
        // A reading from before the question, or from the future, tells nothing.
        guard let reading, reading.tsc >= before, reading.tsc <= after, reading.monotonic < longest,
            reading.realtime < 2 * longest
        else { return }
        adjust(to: reading)
        for process in kernel.processList { TimePage.publish(to: process.addressSpace) }
    }

    private static func adjust(to reading: ClockReading) {
        let monotonicError = Int64(reading.monotonic) - Int64(rates.monotonic &+ elapsed(reading.tsc, rates.monotonicScale))
        let realtimeError = Int64(reading.realtime) - Int64(rates.realtime &+ elapsed(reading.tsc, rates.realtimeScale))
        let measured = measuredScale(reading)
        let now = tsc_read()
        // Both go on from where they are.
        var new = Rates()
        new.tsc = now
        new.monotonic = max(rates.monotonic &+ elapsed(now, rates.monotonicScale), lastMonotonic)
        new.realtime = rates.realtime &+ elapsed(now, rates.realtimeScale)
        (new.monotonic, new.monotonicScale) = corrected(new.monotonic, measured, monotonicError)
        (new.realtime, new.realtimeScale) = corrected(new.realtime, measured, realtimeError)
        rates = new
    }

    private static func corrected(_ time: UInt64, _ scale: UInt64, _ error: Int64) -> (UInt64, UInt64) {
        if error > Int64(second) { return (time &+ UInt64(error), scale) }
        // Millionths that make the error good until the next reading.
        let wanted = max(error, -Int64(second)) * 1_000_000 / Int64(interval)
        let slew = min(max(wanted, -mostSlew), mostSlew)
        return (time, UInt64(Int64(scale) + Int64(scale) / 1_000_000 * slew))
    }

    /// Nanoseconds a tick since the first reading, a hundredth from what it said at most.
    private static func measuredScale(_ reading: ClockReading) -> UInt64 {
        guard reading.tsc > first.tsc, reading.monotonic > first.monotonic else { return firstScale }
        var time = reading.monotonic - first.monotonic
        var ticks = reading.tsc - first.tsc
        while time >= 1 << 31 {
            time >>= 1
            ticks >>= 1
        }
        guard ticks > 1 << 16 else { return firstScale }
        return min(max((time << 32) / ticks, firstScale - firstScale / 100), firstScale + firstScale / 100)
    }
}
