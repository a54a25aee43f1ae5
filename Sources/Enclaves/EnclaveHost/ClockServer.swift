import CLinux
import Wire

/// The host's clocks and how fast the time stamp counter runs.
struct ClockServer: Sendable {
    private static let shortestInterval: UInt64 = 2_000_000

    private let start: cl_clocks
    private let knownFrequency: UInt64

    /// Takes the first of the two readings a frequency can be told from; loading the enclave is the time between them.
    init() {
        start = Self.read()
        knownFrequency = Self.frequencyFromProcessor()
    }

    func reading() -> ClockReading {
        var now = Self.read()
        while knownFrequency == 0, now.monotonic - start.monotonic < Self.shortestInterval { now = Self.read() }
        var reading = ClockReading()
        reading.tsc = now.tsc
        reading.realtime = now.realtime
        reading.monotonic = now.monotonic
        reading.tscFrequency = knownFrequency != 0 ? knownFrequency : measured(now)
        return reading
    }

    private func measured(_ now: cl_clocks) -> UInt64 {
        let ticks = (now.tsc - start.tsc).multipliedFullWidth(by: 1_000_000_000)
        let nanoseconds = now.monotonic - start.monotonic
        guard nanoseconds > ticks.high else { return 0 }
        return nanoseconds.dividingFullWidth(ticks).quotient
    }

    /// CPUID 0x15 where it is complete, or a hypervisor's leaf 0x40000010 (kHz).
    private static func frequencyFromProcessor() -> UInt64 {
        if CPUIDTable.cpuid(0, 0).eax >= 0x15 {
            let clock = CPUIDTable.cpuid(0x15, 0)
            if clock.eax != 0, clock.ebx != 0, clock.ecx != 0 {
                return UInt64(clock.ecx) * UInt64(clock.ebx) / UInt64(clock.eax)
            }
        }
        let underHypervisor = CPUIDTable.cpuid(1, 0).ecx >> 31 == 1
        guard underHypervisor, (0x4000_0010...0x4000_00ff).contains(CPUIDTable.cpuid(0x4000_0000, 0).eax) else { return 0 }
        return UInt64(CPUIDTable.cpuid(0x4000_0010, 0).eax) * 1000
    }

    private static func read() -> cl_clocks {
        var clocks = cl_clocks()
        cl_read_clocks(&clocks)
        return clocks
    }
}
