/// Pages full of SECINFOs, lawful and not, that the commands in the enclave name as operands.
///
/// Only slots whose place is never written by anything else hold one: not where pages are probed, not where a frame would lie.
enum SecinfoTable {
    static let slots: [Int] = (16..<56).filter { $0 != 32 && $0 != 36 }
    static let pageCount = 2

    struct Entry: Equatable {
        var flags: UInt64
        /// A byte of the 56 that must be zero.
        var reserved: UInt8 = 0
    }

    /// What is told apart: every lawful request, and each rule broken at least once.
    static let entries: [Entry] = {
        let regular: UInt64 = 2 << 8, threadControl: UInt64 = 1 << 8, trimmed: UInt64 = 4 << 8
        let pending: UInt64 = 8, modified: UInt64 = 16, restricted: UInt64 = 32
        var flags: [UInt64] = []
        for rights: UInt64 in [0, 1, 3, 5, 7] {
            flags += [regular | pending, regular | restricted, regular | pending | restricted, regular].map { $0 | rights }
        }
        flags += [regular | pending | modified | 3, regular | restricted | modified | 3, regular | modified]
        flags += [threadControl | modified, threadControl | modified, trimmed | modified, trimmed | modified]
        flags += [threadControl | modified | 3, threadControl | modified | restricted, threadControl | pending, threadControl]
        flags += [trimmed | modified | pending, trimmed | modified | 1, trimmed, trimmed | pending | modified | restricted]
        flags += [0, pending | 3, 3 << 8 | pending | 3, 5 << 8 | pending | 3, 7 << 8 | modified, modified]
        flags += [regular | 2, regular | pending | 2, regular | restricted | 2, 3, 1, 7, 5, 2]
        // Reserved bits.
        flags += [
            regular | pending | 3 | 0x40, regular | pending | 3 | 0x80, regular | pending | 3 | 1 << 16, regular | 3 | 1 << 63,
        ]
        var entries = flags.map { Entry(flags: $0) }
        entries += [Entry(flags: regular | pending | 3, reserved: 1), Entry(flags: regular | 3, reserved: 1)]
        return entries
    }()

    static func entry(page: Int, slot: Int) -> Entry? {
        guard let index = slots.firstIndex(of: slot) else { return nil }
        return entries[(page * slots.count + index) % entries.count]
    }

    static func bytes(page: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        for slot in slots {
            guard let entry = entry(page: page, slot: slot) else { continue }
            withUnsafeBytes(of: entry.flags.littleEndian) { bytes.replaceSubrange(slot * 64..<slot * 64 + 8, with: $0) }
            bytes[slot * 64 + 40] = entry.reserved
        }
        return bytes
    }
}
