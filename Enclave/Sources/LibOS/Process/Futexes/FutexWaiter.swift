/// One thread that waits at one futex; a thread in futex_waitv has one for each.
final class FutexWaiter {
    let thread: Thread
    fileprivate(set) var key: FutexKey
    let bitset: UInt32
    /// Place in the vector of futex_waitv.
    let index: Int
    /// For FUTEX_WAIT_REQUEUE_PI: the lock it is to get, and no other.
    let wantedLock: FutexKey?
    /// The lock it is queued at.
    var lock: PriorityLock?
    private(set) var isWoken = false

    init(_ thread: Thread, _ key: FutexKey, bitset: UInt32 = .max, index: Int = 0, wantedLock: FutexKey? = nil) {
        self.thread = thread
        self.key = key
        self.bitset = bitset
        self.index = index
        self.wantedLock = wantedLock
    }

    /// Lets the thread go on; it finds out by `isWoken`.
    func wake() {
        isWoken = true
        Scheduler.wake(thread)
    }
}

/// Who waits at which futex, in the order they came.
enum FutexTable {
    nonisolated(unsafe) private static var buckets = [[FutexWaiter]](repeating: [], count: 256)

    private static func bucket(_ key: FutexKey) -> Int { Int(truncatingIfNeeded: (key.address >> 2) ^ (key.address >> 12)) & 255 }

    static func add(_ waiter: FutexWaiter) { buckets[bucket(waiter.key)].append(waiter) }

    static func remove(_ waiter: FutexWaiter) {
        let index = bucket(waiter.key)
        if let at = buckets[index].firstIndex(where: { $0 === waiter }) { buckets[index].remove(at: at) }
    }

    static func move(_ waiter: FutexWaiter, to key: FutexKey) {
        remove(waiter)
        waiter.key = key
        add(waiter)
    }

    static func waiting(at key: FutexKey) -> [FutexWaiter] { buckets[bucket(key)].filter { $0.key == key } }

    /// Wakes up to `count` waiters, one at least; EINVAL where they wait for a lock with priority inheritance.
    ///
    /// The kernel calls it for CLEARTID as well: no user memory is touched.
    @discardableResult
    static func wake(_ key: FutexKey, _ count: Int32, _ bitset: UInt32 = .max) throws(Errno) -> Int64 {
        guard PriorityLocks.find(key) == nil else { throw .EINVAL }
        let index = bucket(key)
        var woken: Int64 = 0
        var at = 0
        while at < buckets[index].count {
            let waiter = buckets[index][at]
            guard waiter.key == key, waiter.bitset & bitset != 0 else {
                at += 1
                continue
            }
            guard waiter.wantedLock == nil else { throw .EINVAL }
            buckets[index].remove(at: at)
            waiter.wake()
            woken += 1
            if woken >= Int64(count) { break }
        }
        return woken
    }

    /// Wakes `wakes` waiters and lets `moves` more wait at another futex; how many both were.
    static func requeue(_ from: FutexKey, _ to: FutexKey, _ wakes: Int32, _ moves: Int32) throws(Errno) -> Int64 {
        var done: Int64 = 0
        for waiter in waiting(at: from) {
            if done - Int64(wakes) >= Int64(moves) { break }
            guard waiter.wantedLock == nil else { throw .EINVAL }
            done += 1
            if done <= Int64(wakes) {
                remove(waiter)
                waiter.wake()
            } else {
                move(waiter, to: to)
            }
        }
        return done
    }
}
