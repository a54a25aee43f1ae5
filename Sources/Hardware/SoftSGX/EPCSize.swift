/// How much EPC a software machine has, and how much may be paged out beyond it.
///
/// Text: `SIZE[+BEYOND]`, each a number with K, M or G; `64M+0` allows nothing beyond. Without BEYOND memory alone is the limit, as it is
/// for the kernel's driver, which pages out to shared memory.
package struct EPCSize: Equatable, Sendable {
    /// Whole pages.
    package var bytes: UInt64
    package var beyond: UInt64

    package static let unlimited = UInt64.max

    package init(bytes: UInt64, beyond: UInt64 = Self.unlimited) {
        self.bytes = bytes
        self.beyond = beyond
    }

    /// What the first machines with SGX had; half of it where memory is short.
    package static func standard(memoryBytes: UInt64) -> EPCSize {
        EPCSize(bytes: memoryBytes < 2 << 30 ? 64 << 20 : 128 << 20)
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = Self.size(first), bytes >= 4096 else { return nil }
        self.bytes = bytes / 4096 * 4096
        guard parts.count == 2 else {
            beyond = Self.unlimited
            return
        }
        guard let beyond = Self.size(parts[1]) else { return nil }
        self.beyond = beyond
    }

    private static func size(_ text: some StringProtocol) -> UInt64? {
        let shifts: [Character: UInt64] = ["K": 10, "M": 20, "G": 30]
        let shift = text.last.flatMap { shifts[$0] } ?? 0
        let digits = shift == 0 ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt64(digits) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : product
    }
}
