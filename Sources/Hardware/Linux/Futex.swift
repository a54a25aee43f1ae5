import CLinux

/// Sleeping on a 32-bit word of this process.
package enum Futex {
    /// Returns when woken, after `nanoseconds`, on a signal, or at once when the word is not `expected`.
    package static func wait(_ word: UnsafePointer<UInt32>, while expected: UInt32, nanoseconds: UInt64 = .max) {
        _ = cl_futex_wait(word, expected, nanoseconds)
    }

    package static func wake(_ word: UnsafePointer<UInt32>, count: Int32 = 1) {
        _ = cl_futex_wake(word, count)
    }
}
