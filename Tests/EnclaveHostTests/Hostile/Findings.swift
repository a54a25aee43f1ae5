import Synchronization

/// What threads of a test saw, counted.
final class Findings: Sendable {
    private let held = Mutex<[String: Int]>([:])

    var counts: [String: Int] { held.withLock { $0 } }

    func add(_ what: String) { held.withLock { $0[what, default: 0] += 1 } }
}

/// Set once.
final class StopMark: Sendable {
    private let flag = Atomic<Bool>(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
