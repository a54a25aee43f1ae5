/// ATTRIBUTES (SDM 35.7.1): what an enclave may do and which extended state it uses.
///
/// Wire: flags u64, XFRM u64.
public struct Attributes: Equatable, Hashable, Sendable {
    public static let byteCount = 16

    public var flags: Flags
    public var xfrm: XFRM

    public init(flags: Flags = [], xfrm: XFRM = []) {
        self.flags = flags
        self.xfrm = xfrm
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        self = try FieldReader(bytes, .attributes, size: Attributes.byteCount).attributes(0)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: Attributes.byteCount)
        writer.put(self, at: 0)
        return writer.bytes
    }

    /// The bits that both have, as masks are applied.
    public static func & (left: Attributes, right: Attributes) -> Attributes {
        Attributes(flags: left.flags.intersection(right.flags), xfrm: left.xfrm.intersection(right.xfrm))
    }

    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// Set by EINIT.
        public static let initialized = Flags(rawValue: 1 << 0)
        public static let debug = Flags(rawValue: 1 << 1)
        public static let mode64Bit = Flags(rawValue: 1 << 2)
        public static let provisionKey = Flags(rawValue: 1 << 4)
        public static let einitTokenKey = Flags(rawValue: 1 << 5)
        public static let cet = Flags(rawValue: 1 << 6)
        /// Key separation and sharing.
        public static let kss = Flags(rawValue: 1 << 7)
        public static let aexNotify = Flags(rawValue: 1 << 10)

        public static let defined: Flags = [
            .initialized, .debug, .mode64Bit, .provisionKey, .einitTokenKey, .cet, .kss, .aexNotify,
        ]

        public var hasReservedBits: Bool { !isSubset(of: .defined) }
    }

    /// The XCR0 an enclave runs with.
    public struct XFRM: OptionSet, Hashable, Sendable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// x87 and SSE, which every enclave has.
        public static let legacy = XFRM(rawValue: 0x3)
        public static let avx = XFRM(rawValue: 0x4)
        public static let mpx = XFRM(rawValue: 0x18)
        public static let avx512 = XFRM(rawValue: 0xe0)
        public static let pkru = XFRM(rawValue: 0x200)
        public static let cet = XFRM(rawValue: 0x1800)
        public static let amx = XFRM(rawValue: 0x60000)
        public static let all = XFRM(rawValue: .max)

        /// The rules ECREATE has whatever the processor supports: legacy state is there, and groups are whole.
        public var isConsistent: Bool {
            guard isSuperset(of: .legacy) else { return false }
            for group in [XFRM.mpx, .avx512, .amx, .cet] {
                let part = intersection(group)
                guard part.isEmpty || part == group else { return false }
            }
            return intersection(.avx512).isEmpty || contains(.avx)
        }
    }
}
