import Synchronization
import Wire

/// How often each host call was served, with an exit and without.
package final class HostCallCounts: Sendable {
    private let counts = Mutex(HostCallCounts.zeros)
    /// Those that came without an exit, which are not among the others.
    private let exitlessCounts = Mutex(HostCallCounts.zeros)

    private static var zeros: [UInt64] { [UInt64](repeating: 0, count: Int(HostCall.last.rawValue) + 1) }

    /// Exits the enclave did not ask for.
    private let interruptionCount = Atomic<UInt64>(0)
    private let exceptionCount = Atomic<UInt64>(0)

    package init() {}

    func count(_ call: HostCall) {
        counts.withLock { $0[Int(call.rawValue)] += 1 }
    }

    func countExitless(_ call: HostCall) {
        exitlessCounts.withLock { $0[Int(call.rawValue)] += 1 }
    }

    func countInterruption() { interruptionCount.add(1, ordering: .relaxed) }
    func countException() { exceptionCount.add(1, ordering: .relaxed) }

    var asynchronousExits: (interruptions: UInt64, exceptions: UInt64) {
        (interruptionCount.load(ordering: .relaxed), exceptionCount.load(ordering: .relaxed))
    }

    package subscript(_ call: HostCall) -> UInt64 { counts.withLock { $0[Int(call.rawValue)] } }

    /// The calls that happened with an exit, in the order of their numbers.
    package var all: [(call: HostCall, count: UInt64)] { Self.rows(counts.withLock { $0 }) }

    /// Those that happened without.
    package var exitless: [(call: HostCall, count: UInt64)] { Self.rows(exitlessCounts.withLock { $0 }) }

    private static func rows(_ counts: [UInt64]) -> [(call: HostCall, count: UInt64)] {
        HostCall.allCases.compactMap { counts[Int($0.rawValue)] > 0 ? ($0, counts[Int($0.rawValue)]) : nil }
    }
}
