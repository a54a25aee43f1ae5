/// futex_waitv(2): waits until any of up to 128 futexes is woken.
enum FutexVector {
    private static let most: UInt64 = 128
    private static let entryLength: UInt64 = 24
    /// FUTEX_32, which is the only size there is, and FUTEX_PRIVATE_FLAG.
    private static let size32: UInt32 = 2
    private static let privateFlag: UInt32 = 0x80

    private struct Entry {
        let key: FutexKey
        let expected: UInt32
    }

    static func wait(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        guard UInt32(truncatingIfNeeded: call.a2) == 0, call.a1 > 0, call.a1 <= most, call.a0 != 0 else { throw .EINVAL }
        var deadline: UInt64?
        if call.a3 != 0 {
            guard call.a4 <= 1 else { throw .EINVAL }
            let time = try TimeSpec.load(call.a3)
            deadline = call.a4 == 0 ? Clock.monotonicAt(realtime: time) : time
        }
        var entries: [Entry] = []
        for index in 0..<call.a1 { entries.append(try entry(call.a0 &+ index * entryLength, thread)) }
        return try wait(entries, deadline, thread)
    }

    private static func entry(_ address: UInt64, _ thread: Thread) throws(Errno) -> Entry {
        let value = try userLoad(address, as: UInt64.self)
        let word = try userLoad(address &+ 8, as: UInt64.self)
        let flags = try userLoad(address &+ 16, as: UInt32.self)
        guard try userLoad(address &+ 20, as: UInt32.self) == 0, flags & ~privateFlag == size32 else { throw .EINVAL }
        let key = try FutexKey(word, isPrivate: flags & privateFlag != 0, thread.process.addressSpace)
        return Entry(key: key, expected: UInt32(truncatingIfNeeded: value))
    }

    private static func wait(_ entries: [Entry], _ deadline: UInt64?, _ thread: Thread) throws(Errno) -> Int64 {
        for entry in entries where try FutexWord.load(entry.key.address) != entry.expected { throw .EAGAIN }
        var waiters: [FutexWaiter] = []
        for index in entries.indices { waiters.append(FutexWaiter(thread, entries[index].key, index: index)) }
        for waiter in waiters { FutexTable.add(waiter) }
        defer { for waiter in waiters where !waiter.isWoken { FutexTable.remove(waiter) } }
        do throws(Errno) { try FutexWait.sleep(until: deadline) { waiters.contains { $0.isWoken } } } catch {
            if error == .EINTR, deadline != nil { thread.restart = .never }
            throw error
        }
        return Int64(waiters.last { $0.isWoken }?.index ?? 0)
    }
}
