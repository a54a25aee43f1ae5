import CEnclave

/// The 32 bits of a futex in the caller's memory, which its threads change without asking the kernel.
enum FutexWord {
    /// The thread that holds a lock, as its number.
    static let owner: UInt32 = 0x3fff_ffff
    static let ownerDied: UInt32 = 0x4000_0000
    /// Somebody waits in the kernel: who unlocks has to come here.
    static let waiters: UInt32 = 0x8000_0000

    static func load(_ address: UInt64) throws(Errno) -> UInt32 {
        let memory = try userMemory()
        return word_load(try memory.readable(address, 4).assumingMemoryBound(to: UInt32.self))
    }

    /// Whether the word was `expected` and is `new` now.
    static func exchange(_ address: UInt64, _ expected: UInt32, _ new: UInt32) throws(Errno) -> Bool {
        let memory = try userMemory()
        return word_exchange(try memory.writable(address, 4).assumingMemoryBound(to: UInt32.self), expected, new) != 0
    }

    /// Replaces the word by what `body` makes of it; the value it had.
    @discardableResult
    static func update(_ address: UInt64, _ body: (UInt32) -> UInt32) throws(Errno) -> UInt32 {
        while true {
            let old = try load(address)
            if try exchange(address, old, body(old)) { return old }
        }
    }
}
