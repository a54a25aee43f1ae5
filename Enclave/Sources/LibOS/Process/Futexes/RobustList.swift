/// The locks a thread held when it ended: their owner died, and who waits for them learns of it.
enum RobustList {
    static let headLength: UInt64 = 24
    private static let longest = 2048

    /// One entry's address; bit 0 of the pointer to it tells of a lock with priority inheritance.
    private struct Entry {
        let address: UInt64
        let inherits: Bool

        init(_ pointer: UInt64) {
            address = pointer & ~1
            inherits = pointer & 1 != 0
        }
    }

    static func release(_ thread: Thread) {
        guard thread.robustList != 0, thread.process.ending == nil else { return }
        // A broken list is the program's own affair.
        do throws(Errno) { try walk(thread.robustList, thread) } catch {}
        thread.robustList = 0
    }

    private static func walk(_ head: UInt64, _ thread: Thread) throws(Errno) {
        var entry = Entry(try userLoad(head, as: UInt64.self))
        let offset = try userLoad(head &+ 8, as: UInt64.self)
        // What it was about to take or to give back.
        let pending = Entry(try userLoad(head &+ 16, as: UInt64.self))
        var steps = 0
        while entry.address != head, steps < longest {
            // Read before the lock is given up: its next owner may use the memory for something else.
            let next = Entry(try userLoad(entry.address, as: UInt64.self))
            if entry.address != pending.address { try markDead(entry, offset, isPending: false, thread) }
            entry = next
            steps += 1
        }
        if pending.address != 0 { try markDead(pending, offset, isPending: true, thread) }
    }

    private static func markDead(_ entry: Entry, _ offset: UInt64, isPending: Bool, _ thread: Thread) throws(Errno) {
        let key = try FutexKey(entry.address &+ offset, isPrivate: false, thread.process.addressSpace)
        while true {
            let word = try FutexWord.load(key.address)
            let owner = word & FutexWord.owner
            if isPending, !entry.inherits, owner == 0 {
                // It had unlocked and was about to wake somebody.
                try wake(key, thread)
                return
            }
            guard owner == UInt32(bitPattern: thread.id) else { return }
            guard try FutexWord.exchange(key.address, word, word & FutexWord.waiters | FutexWord.ownerDied) else { continue }
            if !entry.inherits, word & FutexWord.waiters != 0 { try wake(key, thread) }
            return
        }
    }

    /// Whether those who wait called the futex private is not known here.
    private static func wake(_ key: FutexKey, _ thread: Thread) throws(Errno) {
        if try FutexTable.wake(key, 1) == 0, key.space == nil {
            _ = try FutexTable.wake(FutexKey(key.address, isPrivate: true, thread.process.addressSpace), 1)
        }
    }
}
