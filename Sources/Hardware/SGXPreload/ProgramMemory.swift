import CSGXPreload
import Glibc

/// The program's memory as a driver sees it: copied in and out, or refused with EFAULT.
enum ProgramMemory {
    static func bytes(_ address: UInt64, _ count: Int) throws(Refusal) -> [UInt8] {
        var result = Int32(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            result = preload_copy_in(buffer.baseAddress, address, count)
            initialized = result == 0 ? count : 0
        }
        try Refusal.check(result)
        return bytes
    }

    /// The 64-bit words that the arguments of all ioctls are made of.
    static func words(_ address: UInt64, _ count: Int) throws(Refusal) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: count)
        try Refusal.check(preload_copy_in(&words, address, count * 8))
        return words
    }

    static func store(_ words: [UInt64], at address: UInt64) throws(Refusal) {
        try Refusal.check(preload_copy_out(address, words, words.count * 8))
    }
}
