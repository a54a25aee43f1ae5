/// The mutexes a thread held when it ended: their owner died, and who waits for them learns of it.
enum RobustList {
    /// FUTEX_OWNER_DIED and FUTEX_WAITERS of a futex word.
    private static let ownerDied: UInt32 = 0x4000_0000
    private static let waiters: UInt32 = 0x8000_0000

    static func release(_ thread: Thread) {
        guard thread.robustList != 0, thread.process.ending == nil else { return }
        do throws(Errno) {
            let head = thread.robustList
            let offset = try userLoad(head &+ 8, as: Int64.self)
            let pending = try userLoad(head &+ 16, as: UInt64.self)
            var entry = try userLoad(head, as: UInt64.self)
            var steps = 0
            while entry & ~1 != head && steps < 2048 {
                let next = try userLoad(entry & ~1, as: UInt64.self)
                if entry & ~1 != pending & ~1 { try markDead(entry & ~1, offset, thread) }
                entry = next
                steps += 1
            }
            if pending & ~1 != 0 { try markDead(pending & ~1, offset, thread) }
        } catch {
            // A broken list is the program's own affair.
        }
    }

    private static func markDead(_ entry: UInt64, _ offset: Int64, _ thread: Thread) throws(Errno) {
        let word = entry &+ UInt64(bitPattern: offset)
        let value = try userLoad(word, as: UInt32.self)
        guard value & 0x3fff_ffff == UInt32(bitPattern: thread.id) else { return }
        try userStore(value & waiters | ownerDied, to: word)
        if value & waiters != 0 { _ = Futex.wake(word, 1, UInt32.max, thread.process.addressSpace) }
    }
}
