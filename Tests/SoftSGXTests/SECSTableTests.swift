import CSoftSGX
import Glibc
import SGX
import Testing

@testable import SoftSGX

/// ECREATE on random control structures, against a table of its rules that reads bytes at the manual's offsets.
@Suite struct SECSTableTests {
    private struct Rule: Sendable {
        var name: String
        /// What the kernel's driver fails with: EINVAL by itself, EIO where the instruction faults.
        var errno: Int32
        var breaks: @Sendable ([UInt8]) -> Bool
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64 {
        bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static let extendedState: [(UInt64, UInt64)] = [
        // Each group of XCR0's bits, and what it cannot be without.
        (0x4, 0x3), (0x18, 0x3), (0xe0, 0x7), (0x200, 0x3),
    ]

    private static func isLegal(_ xfrm: UInt64) -> Bool {
        var known: UInt64 = 3
        for (group, needed) in extendedState {
            known |= group
            guard xfrm & group != 0 else { continue }
            if xfrm & group != group || xfrm & needed != needed || softsgx_xsave_bytes(3 | group) == 0 { return false }
        }
        return xfrm & 3 == 3 && xfrm & ~known == 0
    }

    private static let rules: [Rule] = [
        Rule(name: "SIZE is a power of two", errno: EINVAL) { number($0, 0, 8).nonzeroBitCount != 1 },
        Rule(name: "SIZE is two pages at least", errno: EIO) { number($0, 0, 8) < 8192 },
        Rule(name: "BASEADDR is aligned on SIZE", errno: EIO) { number($0, 8, 8) & (number($0, 0, 8) &- 1) != 0 },
        Rule(name: "MODE64BIT, and no attribute but DEBUG, PROVISIONKEY, EINITTOKEN_KEY, KSS", errno: EIO) {
            number($0, 48, 8) & ~0xb2 != 4
        },
        Rule(name: "XFRM is legal here", errno: EIO) { !isLegal(number($0, 56, 8)) },
        Rule(name: "SSAFRAMESIZE holds the state", errno: EIO) { number($0, 16, 4) == 0 },
        Rule(name: "MISCSELECT is EXINFO at most", errno: EIO) { number($0, 20, 4) > 1 },
        Rule(name: "no CET", errno: EIO) { bytes in bytes[24..<33].contains { $0 != 0 } },
        Rule(name: "CONFIGID and CONFIGSVN only with KSS", errno: EIO) { bytes in
            bytes[48] & 0x80 == 0 && (bytes[192..<256].contains { $0 != 0 } || bytes[260] != 0 || bytes[261] != 0)
        },
    ]

    @Test("20,000 random SECS are taken or refused as the table says, and every rule is met alone")
    func table() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var state = seed
        func below(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        var alone = [Int](repeating: 0, count: Self.rules.count)
        var taken = 0
        for number in 0..<20_000 {
            let bytes = Self.random(below)
            let broken = Self.rules.indices.filter { Self.rules[$0].breaks(bytes) }
            if broken.count == 1 { alone[broken[0]] += 1 }
            let error = Self.refusal(of: try SECS(parsing: bytes))
            if error == nil { taken += 1 }
            let names = broken.map { Self.rules[$0].name }
            try #require((error == nil) == broken.isEmpty, "seed \(seed), SECS \(number): \(names), \(String(describing: error))")
            guard broken.count == 1 else { continue }
            try #require(error?.errno == Self.rules[broken[0]].errno, "seed \(seed), SECS \(number): \(names)")
        }
        #expect(taken > 1000)
        for (rule, count) in zip(Self.rules, alone) { #expect(count > 20, "seed \(seed): \(rule.name)") }
    }

    private static func refusal(of secs: SECS) -> SoftSGXError? {
        do throws(SoftSGXError) { _ = try SECSRules.check(secs) } catch { return error }
        return nil
    }

    private static func random(_ below: (UInt64) -> UInt64) -> [UInt8] {
        var secs = SECS(size: 1 << (13 + below(20)), baseAddress: 0, ssaFrameSize: 1, attributes: Attributes())
        secs.baseAddress = secs.size * below(8)
        secs.attributes.flags = [.mode64Bit]
        secs.attributes.xfrm = .legacy
        for (group, _) in extendedState where below(2) == 0 && softsgx_xsave_bytes(3 | group) > 0 {
            secs.attributes.xfrm.formUnion(.init(rawValue: group))
        }
        for flag: Attributes.Flags in [.debug, .provisionKey, .einitTokenKey, .kss] where below(2) == 0 {
            secs.attributes.flags.insert(flag)
        }
        if secs.attributes.flags.contains(.kss) { secs.configSVN = UInt16(below(3)) }
        secs.miscSelect = below(2) == 0 ? .exinfo : []
        for _ in 0..<below(3) { spoil(&secs, below) }
        return secs.bytes
    }

    private static func spoil(_ secs: inout SECS, _ below: (UInt64) -> UInt64) {
        switch below(10) {
        case 0: secs.size += 4096
        case 1: secs.size = 4096
        case 2: secs.baseAddress += secs.size / 2
        case 3: secs.attributes.flags.formSymmetricDifference(.init(rawValue: 1 << below(64)))
        case 4: secs.attributes.xfrm.formSymmetricDifference(.init(rawValue: 1 << below(64)))
        case 5: secs.ssaFrameSize = 0
        case 6: secs.miscSelect = .init(rawValue: 1 << UInt32(below(32)))
        case 7: secs.cetAttributes = 1
        case 8: secs.configID[Int(below(64))] = 1
        default: secs.configSVN = 5
        }
    }
}
