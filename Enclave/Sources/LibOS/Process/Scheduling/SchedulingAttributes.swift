/// Policy, priority, nice value and allowed vCPUs of one thread, as the program set them.
///
/// All threads take turns alike; of these only the allowed vCPUs change what the scheduler does.
struct SchedulingAttributes {
    static let other: Int32 = 0
    static let fifo: Int32 = 1
    static let roundRobin: Int32 = 2
    static let batch: Int32 = 3
    static let idle: Int32 = 5
    static let deadline: Int32 = 6

    var policy = Self.other
    /// 1 to 99 for FIFO and round robin, 0 for the others.
    var priority: Int32 = 0
    var nice: Int32 = 0
    var resetsOnFork = false
    /// Bit n: vCPU n.
    ///
    /// All ones until the program chooses.
    var allowed: CPUSet = .all

    static func isRealtime(_ policy: Int32) -> Bool { policy == fifo || policy == roundRobin }

    static func isKnown(_ policy: Int32) -> Bool { (policy >= other && policy <= batch) || policy == idle }

    /// What a thread begins with whose creator has these.
    var inherited: SchedulingAttributes {
        guard resetsOnFork else { return self }
        var new = self
        new.resetsOnFork = false
        if Self.isRealtime(policy) {
            new.policy = Self.other
            new.priority = 0
        }
        new.nice = max(nice, 0)
        return new
    }
}

/// A set of up to 256 vCPUs, which is more than a manifest can ask for.
struct CPUSet: Equatable {
    static let capacity = 256
    private var words: (UInt64, UInt64, UInt64, UInt64)

    static var all: CPUSet { CPUSet(words: (.max, .max, .max, .max)) }
    static var none: CPUSet { CPUSet(words: (0, 0, 0, 0)) }

    /// The first `count` vCPUs.
    static func first(_ count: Int) -> CPUSet {
        var set = CPUSet.none
        for index in 0..<min(count, capacity) { set.insert(index) }
        return set
    }

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    func contains(_ cpu: Int) -> Bool { cpu < Self.capacity && self[cpu >> 6] >> UInt64(cpu & 63) & 1 != 0 }

    mutating func insert(_ cpu: Int) {
        if cpu < Self.capacity { self[cpu >> 6] |= 1 << UInt64(cpu & 63) }
    }

    var isEmpty: Bool { words.0 | words.1 | words.2 | words.3 == 0 }

    func intersection(_ other: CPUSet) -> CPUSet {
        CPUSet(
            words: (
                words.0 & other.words.0, words.1 & other.words.1, words.2 & other.words.2, words.3 & other.words.3
            ))
    }

    func subtracting(_ other: CPUSet) -> CPUSet {
        CPUSet(
            words: (
                words.0 & ~other.words.0, words.1 & ~other.words.1, words.2 & ~other.words.2, words.3 & ~other.words.3
            ))
    }

    static func == (a: CPUSet, b: CPUSet) -> Bool { a.words == b.words }

    /// 64 vCPUs of it.
    subscript(_ word: Int) -> UInt64 {
        get {
            switch word {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        }
        set {
            switch word {
            case 0: words.0 = newValue
            case 1: words.1 = newValue
            case 2: words.2 = newValue
            default: words.3 = newValue
            }
        }
    }
}
