/// Advisory locks on files: those of `flock`, which belong to an open file, and record locks, which belong to a process or an open file.
enum FileLocks {
    private enum Owner {
        case process(Int32)
        case file(OpenFile)

        func equals(_ other: Owner) -> Bool {
            switch (self, other) {
            case (.process(let a), .process(let b)): return a == b
            case (.file(let a), .file(let b)): return a === b
            default: return false
            }
        }
    }

    private struct Lock {
        let device: UInt64
        let number: UInt64
        let owner: Owner
        /// `flock` locks and record locks do not see each other.
        let isWhole: Bool
        var isExclusive: Bool
        var start: UInt64
        /// Not included; `UInt64.max` is the end of every file.
        var end: UInt64
    }

    /// A record lock as `struct flock` describes it.
    struct Record {
        var isExclusive: Bool
        var start: UInt64
        var end: UInt64
        /// 0: the lock of an open file.
        var process: Int32
    }

    nonisolated(unsafe) private static var locks: [Lock] = []
    nonisolated(unsafe) private static let queue = WaitQueue()

    // MARK: flock

    /// BLOCKS unless `waits` is false.
    static func lockWhole(_ file: OpenFile, exclusive: Bool, waits: Bool) throws(Errno) {
        let wanted = Lock(
            device: file.node.fileSystem.device, number: file.node.number, owner: .file(file), isWhole: true,
            isExclusive: exclusive, start: 0, end: UInt64.max)
        try acquire(wanted, waits: waits)
    }

    static func unlockWhole(_ file: OpenFile) { release { $0.isWhole && $0.owner.equals(.file(file)) } }

    // MARK: Records

    static func lockRecord(
        _ file: OpenFile, process: Process?, exclusive: Bool, _ start: UInt64, _ end: UInt64, waits: Bool
    ) throws(Errno) {
        try acquire(record(file, process, exclusive, start, end), waits: waits)
    }

    static func unlockRecord(_ file: OpenFile, process: Process?, _ start: UInt64, _ end: UInt64) {
        carve(record(file, process, false, start, end))
        queue.wakeAll()
    }

    /// The first lock in the way, or `nil`.
    static func conflict(_ file: OpenFile, process: Process?, exclusive: Bool, _ start: UInt64, _ end: UInt64) -> Record? {
        guard let lock = conflict(record(file, process, exclusive, start, end)) else { return nil }
        var holder: Int32 = -1
        if case .process(let id) = lock.owner { holder = id }
        return Record(isExclusive: lock.isExclusive, start: lock.start, end: lock.end, process: holder)
    }

    static func releaseRecords(of process: Process, on node: Node) {
        guard !locks.isEmpty else { return }
        release {
            !$0.isWhole && $0.device == node.fileSystem.device && $0.number == node.number && $0.owner.equals(.process(process.id))
        }
    }

    static func releaseAll(of file: OpenFile) {
        guard !locks.isEmpty else { return }
        release { $0.owner.equals(.file(file)) }
    }

    // MARK: The list

    private static func record(
        _ file: OpenFile, _ process: Process?, _ exclusive: Bool, _ start: UInt64, _ end: UInt64
    ) -> Lock {
        let owner: Owner = if let process { .process(process.id) } else { .file(file) }
        return Lock(
            device: file.node.fileSystem.device, number: file.node.number, owner: owner, isWhole: false,
            isExclusive: exclusive, start: start, end: end)
    }

    private static func acquire(_ wanted: Lock, waits: Bool) throws(Errno) {
        while conflict(wanted) != nil {
            guard waits else { throw .EAGAIN }
            try block(on: [queue], until: nil)
        }
        carve(wanted)
        locks.append(wanted)
        // What was exclusive may be shared now.
        queue.wakeAll()
    }

    private static func conflict(_ wanted: Lock) -> Lock? {
        locks.first {
            $0.device == wanted.device && $0.number == wanted.number && $0.isWhole == wanted.isWhole
                && !$0.owner.equals(wanted.owner) && ($0.isExclusive || wanted.isExclusive) && $0.start < wanted.end
                && wanted.start < $0.end
        }
    }

    /// Takes the range out of the owner's own locks, which may leave a piece on each side.
    private static func carve(_ range: Lock) {
        var kept: [Lock] = []
        for lock in locks {
            let isOwn =
                lock.device == range.device && lock.number == range.number && lock.isWhole == range.isWhole
                && lock.owner.equals(range.owner)
            guard isOwn, lock.start < range.end, range.start < lock.end else {
                kept.append(lock)
                continue
            }
            if lock.start < range.start {
                var left = lock
                left.end = range.start
                kept.append(left)
            }
            if lock.end > range.end {
                var right = lock
                right.start = range.end
                kept.append(right)
            }
        }
        locks = kept
    }

    private static func release(_ which: (Lock) -> Bool) {
        let before = locks.count
        locks.removeAll(where: which)
        if locks.count != before { queue.wakeAll() }
    }
}
