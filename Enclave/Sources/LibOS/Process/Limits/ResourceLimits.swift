/// The soft and hard limits of a process, RLIMIT_* 0 to 15 as Linux numbers them.
struct ResourceLimits {
    struct Limit: Equatable {
        var soft: UInt64
        var hard: UInt64
    }

    static let count = 16
    static let processorTime = 0
    static let stack = 3
    static let processes = 6
    static let files = 7
    static let pendingSignals = 11
    static let nice = 13
    static let realtimePriority = 14
    /// The most descriptors any process may have, as in /proc/sys/fs/nr_open.
    static let mostFiles: UInt64 = 1 << 20

    private var limits: [Limit]

    init() {
        let infinity = UInt64.max
        limits = [Limit](repeating: Limit(soft: infinity, hard: infinity), count: Self.count)
        limits[Self.stack] = Limit(soft: 8 << 20, hard: infinity)
        limits[4] = Limit(soft: 0, hard: infinity)
        limits[Self.processes] = Limit(soft: 4096, hard: 4096)
        limits[Self.files] = Limit(soft: 1024, hard: 65536)
        limits[8] = Limit(soft: 65536, hard: 65536)
        limits[Self.pendingSignals] = Limit(soft: 4096, hard: 4096)
        limits[12] = Limit(soft: 819_200, hard: 819_200)
        limits[Self.nice] = Limit(soft: 0, hard: 0)
        limits[Self.realtimePriority] = Limit(soft: 0, hard: 0)
    }

    subscript(_ resource: Int) -> Limit {
        get { limits[resource] }
        set { limits[resource] = newValue }
    }
}
