import Synchronization
import Wire

/// How often each host call was served.
package final class HostCallCounts: Sendable {
    private let counts = Mutex<[UInt64]>([UInt64](repeating: 0, count: Int(HostCall.last.rawValue) + 1))

    /// Exits the enclave did not ask for.
    private let interruptionCount = Atomic<UInt64>(0)
    private let exceptionCount = Atomic<UInt64>(0)

    package init() {}

    func count(_ call: HostCall) {
        counts.withLock { $0[Int(call.rawValue)] += 1 }
    }

    func countInterruption() { interruptionCount.add(1, ordering: .relaxed) }
    func countException() { exceptionCount.add(1, ordering: .relaxed) }

    var asynchronousExits: (interruptions: UInt64, exceptions: UInt64) {
        (interruptionCount.load(ordering: .relaxed), exceptionCount.load(ordering: .relaxed))
    }

    package subscript(_ call: HostCall) -> UInt64 { counts.withLock { $0[Int(call.rawValue)] } }

    /// The calls that happened, in the order of their numbers.
    package var all: [(call: HostCall, count: UInt64)] {
        counts.withLock { counts in
            HostCall.allCases.compactMap { counts[Int($0.rawValue)] > 0 ? ($0, counts[Int($0.rawValue)]) : nil }
        }
    }
}
