/// The clocks that calls name by number.
enum ClockID {
    case realtime
    case monotonic
    /// MONOTONIC_RAW and the coarse clocks: to be read, not to be slept on.
    case readOnly(UInt64)
    /// REALTIME_ALARM and BOOTTIME_ALARM, which would wake the machine.
    case alarm(UInt64)
    case process(Process)
    case thread(Thread)

    /// EINVAL for a number that names none.
    init(_ number: UInt64, _ thread: Thread) throws(Errno) {
        let word = Int32(truncatingIfNeeded: number)
        switch word {
        case 0, 11: self = .realtime
        case 1, 7: self = .monotonic
        case 2: self = .process(thread.process)
        case 3: self = .thread(thread)
        case 4, 5, 6: self = .readOnly(UInt64(word))
        case 8, 9: self = .alarm(UInt64(word))
        case ..<0: self = try Self.ofProcessor(word, thread)
        default: throw .EINVAL
        }
    }

    /// The CPU clock of a process or thread by its number: the number stands inverted above, bit 2 tells which, the rest what is counted.
    private static func ofProcessor(_ word: Int32, _ thread: Thread) throws(Errno) -> ClockID {
        let id = ~(word >> 3)
        guard word & 3 < 3 else { throw .EINVAL }
        if word & 4 == 0 {
            if id == 0 { return .process(thread.process) }
            guard let process = kernel.processList.first(where: { $0.id == id }) else { throw .EINVAL }
            return .process(process)
        }
        guard let other = id == 0 ? thread : thread.process.threads.first(where: { $0.id == id }) else { throw .EINVAL }
        return .thread(other)
    }

    func now() -> UInt64 {
        switch self {
        case .realtime: Clock.realtime()
        case .monotonic: Clock.monotonic()
        case .readOnly(let number): number == 5 ? Clock.realtime() : Clock.monotonic()
        case .alarm(let number): number == 8 ? Clock.realtime() : Clock.monotonic()
        case .process(let process): process.ran
        case .thread(let thread): thread.ran
        }
    }

    /// Nanoseconds; the coarse clocks move with the kernel's tick.
    var resolution: UInt64 {
        if case .readOnly(let number) = self, number != 4 { return 4_000_000 }
        return 1
    }

    /// The monotonic time at which this clock shows or showed `time`, where it runs with it.
    func monotonic(at time: UInt64) -> UInt64 {
        guard case .realtime = self else { return time }
        let here = Clock.monotonic()
        let there = Clock.realtime()
        return time > there ? here &+ (time - there) : here - min(here, there - time)
    }

    var isProcessor: Bool {
        switch self {
        case .process, .thread: true
        default: false
        }
    }
}
