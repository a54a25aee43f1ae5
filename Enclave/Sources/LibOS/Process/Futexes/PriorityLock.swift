/// A lock with priority inheritance that threads wait for: the kernel hands it from its owner to the first of them.
///
/// All threads have one priority here, so that there is nothing to inherit; what programs see of it is the order, the owner in the word,
/// and that a lock whose owner died or waits for the caller is found out.
final class PriorityLock {
    let key: FutexKey
    fileprivate(set) var owner: Thread
    fileprivate(set) var waiters: [FutexWaiter] = []

    fileprivate init(_ key: FutexKey, owner: Thread) {
        self.key = key
        self.owner = owner
    }
}

/// The locks with priority inheritance that somebody waits for; all others are words in user memory only.
enum PriorityLocks {
    nonisolated(unsafe) private static var locks: [PriorityLock] = []

    enum Attempt {
        case acquired
        case held(PriorityLock)
    }

    static func find(_ key: FutexKey) -> PriorityLock? {
        if locks.isEmpty { return nil }
        return locks.first { $0.key == key }
    }

    /// Takes the lock for a thread where it is free; otherwise the lock to queue at, its word marked.
    ///
    /// `marking`: others will wait for it once the thread has it.
    static func attempt(_ key: FutexKey, for thread: Thread, marking: Bool = false) throws(Errno) -> Attempt {
        while true {
            let word = try FutexWord.load(key.address)
            let owner = word & FutexWord.owner
            if owner == UInt32(bitPattern: thread.id) { throw .EDEADLK }
            if let lock = find(key) {
                // The word and the kernel must agree on who has it.
                guard owner == UInt32(bitPattern: lock.owner.id) || (owner == 0 && word & FutexWord.ownerDied != 0) else {
                    throw .EINVAL
                }
                return .held(lock)
            }
            guard FutexTable.waiting(at: key).isEmpty else { throw .EINVAL }
            if owner == 0 {
                let mark = marking ? FutexWord.waiters : 0
                let new = word & FutexWord.ownerDied | UInt32(bitPattern: thread.id) | mark
                if try FutexWord.exchange(key.address, word, new) { return .acquired }
                continue
            }
            guard let holder = kernel.thread(Int32(bitPattern: owner)) else { throw .ESRCH }
            if try FutexWord.exchange(key.address, word, word | FutexWord.waiters) {
                return .held(PriorityLock(key, owner: holder))
            }
        }
    }

    /// Queues a waiter; EDEADLK where the owner waits, over however many others, for the waiter's thread.
    static func enqueue(_ waiter: FutexWaiter, at lock: PriorityLock) throws(Errno) {
        var holder = lock.owner
        var steps = 0
        while steps < 1024 {
            if holder === waiter.thread { throw .EDEADLK }
            guard let next = locks.first(where: { $0.waiters.contains { $0.thread === holder } }) else { break }
            holder = next.owner
            steps += 1
        }
        if lock.waiters.isEmpty, find(lock.key) == nil { locks.append(lock) }
        lock.waiters.append(waiter)
        waiter.lock = lock
    }

    /// The lock that a thread has just been given, for those who wait behind it.
    static func lock(_ key: FutexKey, ownedBy thread: Thread) -> PriorityLock { find(key) ?? PriorityLock(key, owner: thread) }

    static func leave(_ waiter: FutexWaiter) {
        guard let lock = waiter.lock else { return }
        waiter.lock = nil
        lock.waiters.removeAll { $0 === waiter }
        dropIfUnwanted(lock)
    }

    /// FUTEX_UNLOCK_PI.
    static func unlock(_ key: FutexKey, _ thread: Thread) throws(Errno) {
        while true {
            let word = try FutexWord.load(key.address)
            guard word & FutexWord.owner == UInt32(bitPattern: thread.id) else { throw .EPERM }
            if let lock = find(key) {
                guard lock.owner === thread else { throw .EINVAL }
                return try handOver(lock, died: 0)
            }
            guard FutexTable.waiting(at: key).isEmpty else { throw .EINVAL }
            if try FutexWord.exchange(key.address, word, 0) { return }
        }
    }

    /// A thread ends: the locks it holds go to those who wait for them, who learn by the word that their owner died.
    static func release(ownedBy thread: Thread) {
        for lock in locks where lock.owner === thread {
            do throws(Errno) { try handOver(lock, died: FutexWord.ownerDied) } catch {
                // The word is not there any more: who waits is let go and finds out.
                for waiter in lock.waiters { waiter.wake() }
                lock.waiters = []
                dropIfUnwanted(lock)
            }
        }
    }

    private static func handOver(_ lock: PriorityLock, died: UInt32) throws(Errno) {
        guard let first = lock.waiters.first else { return dropIfUnwanted(lock) }
        let number = UInt32(bitPattern: first.thread.id)
        try FutexWord.update(lock.key.address) { $0 & died | died | FutexWord.waiters | number }
        lock.waiters.removeFirst()
        first.lock = nil
        lock.owner = first.thread
        dropIfUnwanted(lock)
        first.wake()
    }

    private static func dropIfUnwanted(_ lock: PriorityLock) {
        if lock.waiters.isEmpty { locks.removeAll { $0 === lock } }
    }
}
