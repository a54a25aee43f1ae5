/// When a vCPU tries its slot: after calls that nobody took it leaves for the next ones at once, ever more of them.
///
/// The host says that it looks, but its thread may not be running: each try then costs the time of the wait besides the exit.
public struct SlotPace: Equatable, Sendable {
    private static let mostSkips: UInt32 = 1024
    /// How many calls are made with an exit before the next try.
    public private(set) var skips: UInt32 = 0
    private var next: UInt32 = 4

    public init() {}

    /// From how it was put aside.
    public init(rawValue: UInt64) {
        skips = UInt32(truncatingIfNeeded: rawValue)
        next = max(UInt32(truncatingIfNeeded: rawValue >> 32), 4)
    }

    public var rawValue: UInt64 { UInt64(next) << 32 | UInt64(skips) }

    public mutating func mayTry() -> Bool {
        guard skips > 0 else { return true }
        skips -= 1
        return false
    }

    /// The host took the call.
    public mutating func succeeded() { next = 4 }

    /// Nobody took it in time.
    public mutating func failed() {
        skips = next
        next = min(next * 2, Self.mostSkips)
    }
}
