extension WideInteger {
    /// Quotient and remainder by schoolbook long division (Knuth, TAOCP 4.3.1, algorithm D); nil for division by zero.
    ///
    /// Digits have 32 bits, so that the hardware's own 64-bit division suffices: the enclave has no 128-bit division routine.
    func dividing(by divisor: WideInteger) -> (quotient: WideInteger, remainder: WideInteger)? {
        var v = WideInteger.digits(of: divisor.limbs)
        while let last = v.last, last == 0 { v.removeLast() }
        guard let top = v.last else { return nil }
        let shift = UInt32(top.leadingZeroBitCount)
        v = WideInteger.shiftedLeft(v, by: shift)
        var u = WideInteger.shiftedLeft(WideInteger.digits(of: limbs), by: shift)
        u.append(0)
        guard u.count > v.count else { return (WideInteger(limbs: [0]), self) }

        var quotient = [UInt32](repeating: 0, count: u.count - v.count)
        var position = quotient.count
        while position > 0 {
            position -= 1
            let guess = WideInteger.estimate(u, v, at: position)
            quotient[position] = WideInteger.reduce(&u, by: v, times: guess, at: position)
        }
        let remainder = WideInteger.shiftedRight([UInt32](u[..<v.count]), by: shift)
        return (WideInteger(digits: quotient), WideInteger(digits: remainder))
    }

    /// The next digit from the top digits alone: exact, or at most two too large, and two only rarely.
    private static func estimate(_ u: [UInt32], _ v: [UInt32], at position: Int) -> UInt64 {
        let n = v.count
        let divisor = UInt64(v[n - 1])
        let dividend = UInt64(u[position + n]) << 32 | UInt64(u[position + n - 1])
        var guess = dividend / divisor
        var rest = dividend % divisor
        let second = n > 1 ? UInt64(v[n - 2]) : 0
        let next = n > 1 ? UInt64(u[position + n - 2]) : 0
        while guess > 0xffff_ffff || guess * second > rest << 32 | next {
            guess -= 1
            rest += divisor
            if rest > 0xffff_ffff { break }
        }
        return guess
    }

    /// Takes `guess` times `v` from `u`, and gives one back where the guess was too large; returns the digit that was right.
    private static func reduce(_ u: inout [UInt32], by v: [UInt32], times guess: UInt64, at position: Int) -> UInt32 {
        var borrow: Int64 = 0
        var carry: UInt64 = 0
        for index in 0..<v.count {
            let product = guess * UInt64(v[index]) + carry
            carry = product >> 32
            let difference = Int64(u[position + index]) - Int64(product & 0xffff_ffff) + borrow
            u[position + index] = UInt32(truncatingIfNeeded: difference)
            borrow = difference >> 32
        }
        let top = Int64(u[position + v.count]) - Int64(carry) + borrow
        u[position + v.count] = UInt32(truncatingIfNeeded: top)
        guard top < 0 else { return UInt32(truncatingIfNeeded: guess) }

        carry = 0
        for index in 0..<v.count {
            let sum = UInt64(u[position + index]) + UInt64(v[index]) + carry
            u[position + index] = UInt32(truncatingIfNeeded: sum)
            carry = sum >> 32
        }
        u[position + v.count] &+= UInt32(truncatingIfNeeded: carry)
        return UInt32(truncatingIfNeeded: guess - 1)
    }

    private init(digits: [UInt32]) {
        var limbs = [UInt64](repeating: 0, count: (digits.count + 1) / 2)
        for index in 0..<digits.count { limbs[index / 2] |= UInt64(digits[index]) << UInt64(index % 2 * 32) }
        self.init(limbs: limbs)
    }

    private static func digits(of limbs: [UInt64]) -> [UInt32] {
        var digits: [UInt32] = []
        digits.reserveCapacity(limbs.count * 2 + 2)
        for limb in limbs {
            digits.append(UInt32(truncatingIfNeeded: limb))
            digits.append(UInt32(truncatingIfNeeded: limb >> 32))
        }
        return digits
    }

    /// One digit longer only where bits would be lost.
    private static func shiftedLeft(_ digits: [UInt32], by shift: UInt32) -> [UInt32] {
        var result = digits
        var carry: UInt64 = 0
        for index in 0..<digits.count {
            let value = UInt64(digits[index]) << UInt64(shift) | carry
            result[index] = UInt32(truncatingIfNeeded: value)
            carry = value >> 32
        }
        if carry != 0 { result.append(UInt32(truncatingIfNeeded: carry)) }
        return result
    }

    private static func shiftedRight(_ digits: [UInt32], by shift: UInt32) -> [UInt32] {
        var result = digits
        for index in 0..<digits.count {
            let above: UInt64 = index + 1 < digits.count ? UInt64(digits[index + 1]) : 0
            result[index] = UInt32(truncatingIfNeeded: (above << 32 | UInt64(digits[index])) >> UInt64(shift))
        }
        return result
    }
}
