/// An unsigned integer of a few thousand bits, little-endian limbs, for checking signatures; nothing in it is secret.
struct WideInteger: Equatable {
    private(set) var limbs: [UInt64]

    init(limbs: [UInt64]) { self.limbs = limbs }

    /// The byte count is a multiple of eight.
    init(littleEndian bytes: [UInt8]) {
        limbs = [UInt64](repeating: 0, count: bytes.count / 8)
        for index in 0..<limbs.count * 8 {
            limbs[index / 8] |= UInt64(bytes[index]) << UInt64(index % 8 * 8)
        }
    }

    /// The lowest `count` bytes.
    func littleEndian(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        for index in 0..<min(count, limbs.count * 8) {
            bytes[index] = UInt8(truncatingIfNeeded: limbs[index / 8] >> UInt64(index % 8 * 8))
        }
        return bytes
    }

    var isZero: Bool {
        for limb in limbs where limb != 0 { return false }
        return true
    }

    static func < (left: WideInteger, right: WideInteger) -> Bool {
        var index = max(left.limbs.count, right.limbs.count)
        while index > 0 {
            index -= 1
            let (a, b) = (left.limb(index), right.limb(index))
            if a != b { return a < b }
        }
        return false
    }

    /// Schoolbook; the product has as many limbs as both together.
    static func * (left: WideInteger, right: WideInteger) -> WideInteger {
        var product = [UInt64](repeating: 0, count: left.limbs.count + right.limbs.count)
        for i in 0..<left.limbs.count {
            var carry: UInt64 = 0
            for j in 0..<right.limbs.count {
                let (high, low) = left.limbs[i].multipliedFullWidth(by: right.limbs[j])
                let (first, firstCarry) = product[i + j].addingReportingOverflow(low)
                let (second, secondCarry) = first.addingReportingOverflow(carry)
                product[i + j] = second
                // high is at most 2^64 - 2 when low is not zero, so this cannot overflow.
                carry = high &+ (firstCarry ? 1 : 0) &+ (secondCarry ? 1 : 0)
            }
            product[i + right.limbs.count] = carry
        }
        return WideInteger(limbs: product)
    }

    /// The difference, nil when it would be negative.
    func subtracting(_ other: WideInteger) -> WideInteger? {
        var result = limbs
        var borrow = false
        for index in 0..<limbs.count {
            let (first, firstBorrow) = limbs[index].subtractingReportingOverflow(other.limb(index))
            let (second, secondBorrow) = first.subtractingReportingOverflow(borrow ? 1 : 0)
            result[index] = second
            borrow = firstBorrow || secondBorrow
        }
        for index in limbs.count..<max(limbs.count, other.limbs.count) where other.limbs[index] != 0 { return nil }
        return borrow ? nil : WideInteger(limbs: result)
    }

    private func limb(_ index: Int) -> UInt64 { index < limbs.count ? limbs[index] : 0 }
}
