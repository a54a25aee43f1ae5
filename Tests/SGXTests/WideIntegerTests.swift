import Testing

@testable import SGX

@Suite("WideInteger")
struct WideIntegerTests {
    func parts(_ n: [UInt64], _ d: [UInt64]) throws -> (quotient: WideInteger, remainder: WideInteger) {
        try #require(WideInteger(limbs: n).dividing(by: WideInteger(limbs: d)))
    }

    func sum(_ left: WideInteger, _ right: WideInteger, count: Int) -> [UInt64] {
        var carry: UInt64 = 0
        return (0..<count).map { index in
            let a = index < left.limbs.count ? left.limbs[index] : 0
            let b = index < right.limbs.count ? right.limbs[index] : 0
            let (first, c1) = a.addingReportingOverflow(b)
            let (second, c2) = first.addingReportingOverflow(carry)
            carry = (c1 ? 1 : 0) + (c2 ? 1 : 0)
            return second
        }
    }

    @Test("Quotient times divisor plus remainder is the dividend again, also at the edges of digits")
    func division() throws {
        var generator = SystemRandomNumberGenerator()
        // All-ones and single high bits make the digit estimates wrong most often, so corrections are met.
        let special: [UInt64] = [0, 1, .max, 1 << 63, (1 << 63) - 1, 0xffff_ffff_0000_0000, 0x0000_0001_0000_0000, .max - 1]
        for round in 0..<2000 {
            let n = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                round % 2 == 0 ? special.randomElement(using: &generator) ?? 0 : UInt64.random(in: 0 ... .max, using: &generator)
            }
            let d = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                round % 3 == 0 ? UInt64.random(in: 0 ... .max, using: &generator) : special.randomElement(using: &generator) ?? 0
            }
            guard d.contains(where: { $0 != 0 }) else { continue }
            let (q, r) = try parts(n, d)
            #expect(r < WideInteger(limbs: d))
            let product = q * WideInteger(limbs: d)
            #expect(sum(product, r, count: n.count) == n, "\(n) / \(d)")
        }
    }

    @Test("Division by zero has no result, and by something larger leaves everything")
    func edges() throws {
        #expect(WideInteger(limbs: [1, 2]).dividing(by: WideInteger(limbs: [0, 0])) == nil)
        let (q, r) = try parts([5], [6, 7])
        #expect(q.limbs.allSatisfy { $0 == 0 })
        #expect(r.limbs.first == 5)
    }

    @Test("A difference below zero is none")
    func subtraction() {
        let small = WideInteger(limbs: [1])
        let large = WideInteger(limbs: [0, 1])
        #expect(small.subtracting(large) == nil)
        #expect(large.subtracting(small)?.limbs == [.max, 0])
        #expect(small < large)
        #expect(!(large < small))
    }
}
