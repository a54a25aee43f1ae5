/// What FUTEX_WAKE_OP does to its second word, and the comparison that decides whether waiters there are woken: one encoded number.
struct FutexOperation {
    private let operation: UInt32
    private let operand: UInt32
    private let comparison: UInt32
    private let compared: Int32

    init(_ code: UInt32) {
        operation = code >> 28 & 7
        // Both numbers are signed, 12 bits wide; with the shift bit the operand is a power of two.
        let signed = UInt32(bitPattern: Int32(bitPattern: (code & 0xfff000) << 8) >> 20)
        operand = code >> 28 & 8 != 0 ? 1 << (signed & 31) : signed
        comparison = code >> 24 & 15
        compared = Int32(bitPattern: (code & 0xfff) << 20) >> 20
    }

    /// Changes the word; whether its old value compares as asked.
    func perform(at address: UInt64) throws(Errno) -> Bool {
        guard operation <= 4 else { throw .ENOSYS }
        let old = Int32(bitPattern: try FutexWord.update(address) { changed($0) })
        switch comparison {
        case 0: return old == compared
        case 1: return old != compared
        case 2: return old < compared
        case 3: return old <= compared
        case 4: return old > compared
        case 5: return old >= compared
        default: throw .ENOSYS
        }
    }

    private func changed(_ word: UInt32) -> UInt32 {
        switch operation {
        case 0: operand
        case 1: word &+ operand
        case 2: word | operand
        case 3: word & ~operand
        default: word ^ operand
        }
    }
}
