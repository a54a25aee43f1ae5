/// futex(2): its operations, their arguments and their errors.
enum FutexCalls {
    private static let privateFlag: UInt64 = 0x80
    private static let realtimeFlag: UInt64 = 0x100

    private enum Operation: UInt32 {
        case wait = 0
        case wake = 1
        case requeue = 3
        case compareRequeue = 4
        case wakeOperation = 5
        case lock = 6
        case unlock = 7
        case tryLock = 8
        case waitBitset = 9
        case wakeBitset = 10
        case waitRequeueLock = 11
        case compareRequeueLock = 12
        case lockOnAnyClock = 13
    }

    static func call(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        let bits = UInt32(truncatingIfNeeded: call.a1) & ~UInt32(privateFlag | realtimeFlag)
        guard let operation = Operation(rawValue: bits) else { throw .ENOSYS }
        let deadline = try deadline(of: operation, call)
        let key = try FutexKey(call.a0, isPrivate: call.a1 & privateFlag != 0, thread.process.addressSpace)
        let value = UInt32(truncatingIfNeeded: call.a2)
        let last = UInt32(truncatingIfNeeded: call.a5)
        switch operation {
        case .wait: return try FutexWait.wait(key, value, .max, deadline, thread)
        case .waitBitset: return try FutexWait.wait(key, value, last, deadline, thread)
        case .wake: return try FutexTable.wake(key, Int32(bitPattern: value))
        case .wakeBitset:
            guard last != 0 else { throw .EINVAL }
            return try FutexTable.wake(key, Int32(bitPattern: value), last)
        case .requeue: return try requeue(call, key, expected: nil, thread)
        case .compareRequeue: return try requeue(call, key, expected: last, thread)
        case .wakeOperation: return try wakeOperation(call, key, thread)
        case .lock, .lockOnAnyClock: return try FutexWait.lock(key, deadline, thread)
        case .tryLock:
            guard case .acquired = try PriorityLocks.attempt(key, for: thread) else { throw .EAGAIN }
            return 0
        case .unlock:
            try PriorityLocks.unlock(key, thread)
            return 0
        case .waitRequeueLock:
            let target = try second(call, thread)
            guard key != target else { throw .EINVAL }
            return try FutexWait.waitForRequeue(key, value, target, deadline, thread)
        case .compareRequeueLock: return try requeueToLock(call, key, expected: last, thread)
        }
    }

    private static func second(_ call: CallArguments, _ thread: Thread) throws(Errno) -> FutexKey {
        try FutexKey(call.a4, isPrivate: call.a1 & privateFlag != 0, thread.process.addressSpace)
    }

    /// The fourth argument as a time on our own clock: relative for WAIT, CLOCK_REALTIME for LOCK_PI, of the clock the flag names elsewhere.
    private static func deadline(of operation: Operation, _ call: CallArguments) throws(Errno) -> UInt64? {
        var realtime = call.a1 & realtimeFlag != 0
        switch operation {
        case .waitBitset, .waitRequeueLock, .lockOnAnyClock: break
        case .wait, .lock:
            guard !realtime else { throw .ENOSYS }
            realtime = operation == .lock
        default:
            guard !realtime else { throw .ENOSYS }
            return nil
        }
        guard call.a3 != 0 else { return nil }
        let time = try TimeSpec.load(call.a3)
        if operation == .wait { return Clock.monotonic() &+ time }
        return realtime ? Clock.monotonicAt(realtime: time) : time
    }

    private static func requeue(
        _ call: CallArguments, _ key: FutexKey, expected: UInt32?, _ thread: Thread
    ) throws(Errno) -> Int64 {
        let wakes = Int32(truncatingIfNeeded: call.a2)
        let moves = Int32(truncatingIfNeeded: call.a3)
        guard wakes >= 0, moves >= 0 else { throw .EINVAL }
        let target = try second(call, thread)
        if let expected, try FutexWord.load(key.address) != expected { throw .EAGAIN }
        guard PriorityLocks.find(key) == nil else { throw .EINVAL }
        return try FutexTable.requeue(key, target, wakes, moves)
    }

    /// FUTEX_CMP_REQUEUE_PI: the first waiter gets the lock or is queued at it, the others are queued behind.
    private static func requeueToLock(
        _ call: CallArguments, _ key: FutexKey, expected: UInt32, _ thread: Thread
    ) throws(Errno) -> Int64 {
        let moves = Int32(truncatingIfNeeded: call.a3)
        guard Int32(truncatingIfNeeded: call.a2) == 1, moves >= 0 else { throw .EINVAL }
        let target = try second(call, thread)
        guard key != target else { throw .EINVAL }
        guard try FutexWord.load(key.address) == expected else { throw .EAGAIN }
        let waiting = FutexTable.waiting(at: key)
        for waiter in waiting.prefix(Int(moves) + 1) {
            guard let wanted = waiter.wantedLock, wanted == target else { throw .EINVAL }
        }
        guard let first = waiting.first else { return 0 }
        var rest = waiting[...]
        var done: Int64 = 0
        let lock: PriorityLock
        switch try PriorityLocks.attempt(target, for: first.thread, marking: moves > 0) {
        case .acquired:
            FutexTable.remove(first)
            first.wake()
            rest = rest.dropFirst()
            done = 1
            lock = PriorityLocks.lock(target, ownedBy: first.thread)
        case .held(let held): lock = held
        }
        for waiter in rest {
            if done - 1 >= Int64(moves) { break }
            try PriorityLocks.enqueue(waiter, at: lock)
            FutexTable.remove(waiter)
            done += 1
        }
        return done
    }

    private static func wakeOperation(_ call: CallArguments, _ key: FutexKey, _ thread: Thread) throws(Errno) -> Int64 {
        let target = try second(call, thread)
        let code = UInt32(truncatingIfNeeded: call.a5)
        let holds = try FutexOperation(code).perform(at: target.address)
        var woken = try FutexTable.wake(key, Int32(truncatingIfNeeded: call.a2))
        if holds { woken += try FutexTable.wake(target, Int32(truncatingIfNeeded: call.a3)) }
        return woken
    }
}
