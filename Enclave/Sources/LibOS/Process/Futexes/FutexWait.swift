/// The operations of futex(2) that wait.
enum FutexWait {
    /// FUTEX_WAIT and FUTEX_WAIT_BITSET.
    static func wait(
        _ key: FutexKey, _ expected: UInt32, _ bitset: UInt32, _ deadline: UInt64?, _ thread: Thread
    ) throws(Errno) -> Int64 {
        guard bitset != 0 else { throw .EINVAL }
        guard try FutexWord.load(key.address) == expected else { throw .EAGAIN }
        let waiter = FutexWaiter(thread, key, bitset: bitset)
        FutexTable.add(waiter)
        do throws(Errno) { try sleep(until: deadline) { waiter.isWoken } } catch {
            FutexTable.remove(waiter)
            // With a time the wait is not begun again, whatever the handler's flags say.
            if error == .EINTR, deadline != nil { thread.restart = .never }
            throw error
        }
        return 0
    }

    /// FUTEX_LOCK_PI.
    ///
    /// A signal interrupts the wait, but never ends it.
    static func lock(_ key: FutexKey, _ deadline: UInt64?, _ thread: Thread) throws(Errno) -> Int64 {
        guard case .held(let lock) = try PriorityLocks.attempt(key, for: thread) else { return 0 }
        let waiter = FutexWaiter(thread, key)
        try PriorityLocks.enqueue(waiter, at: lock)
        do throws(Errno) { try sleep(until: deadline) { waiter.isWoken } } catch {
            PriorityLocks.leave(waiter)
            if error == .EINTR { thread.restart = .always }
            throw error
        }
        return 0
    }

    /// FUTEX_WAIT_REQUEUE_PI: waits at one futex until another thread has it queued at the lock, and then until it holds that.
    static func waitForRequeue(
        _ key: FutexKey, _ expected: UInt32, _ target: FutexKey, _ deadline: UInt64?, _ thread: Thread
    ) throws(Errno) -> Int64 {
        guard try FutexWord.load(key.address) == expected else { throw .EAGAIN }
        let waiter = FutexWaiter(thread, key, wantedLock: target)
        FutexTable.add(waiter)
        do throws(Errno) { try sleep(until: deadline) { waiter.isWoken } } catch {
            let isQueued = waiter.lock != nil
            if isQueued { PriorityLocks.leave(waiter) } else { FutexTable.remove(waiter) }
            guard error == .EINTR else { throw error }
            // At the lock it cannot begin anew: the program has to look again.
            if isQueued { throw .EAGAIN }
            thread.restart = .always
            throw error
        }
        return 0
    }

    /// Waits until `done`, a signal, the end, or the deadline.
    static func sleep(until deadline: UInt64?, _ done: () -> Bool) throws(Errno) {
        while !done() {
            do throws(Errno) { try block(on: [], until: deadline) } catch {
                if done() { return }
                throw error
            }
        }
    }
}
