/// KEYREQUEST (SDM 35.18): which key EGETKEY shall give.
///
/// Wire: 512 bytes; KEYNAME 0, KEYPOLICY 2, ISVSVN 4, CET mask 6, CPUSVN 8, ATTRIBUTEMASK 24, KEYID 40, MISCMASK 72,
/// CONFIGSVN 76; the rest is zero.
public struct KeyRequest: Equatable, Sendable {
    public static let byteCount = 512

    /// Raw, because the processor, not the parser, refuses unknown names.
    public var name: UInt16
    public var policy: Policy
    public var isvSVN: UInt16 = 0
    public var cetAttributesMask: UInt8 = 0
    public var cpuSVN = FixedBytes<16>()
    public var attributeMask = Attributes()
    public var keyID = FixedBytes<32>()
    public var miscMask: MiscSelect = []
    public var configSVN: UInt16 = 0

    public init(_ name: KeyName, policy: Policy = []) {
        self.name = name.rawValue
        self.policy = policy
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .keyRequest, size: KeyRequest.byteCount)
        for reserved in [7..<8, 78..<512] { try fields.requireZero(reserved) }
        name = fields.u16(0)
        policy = Policy(rawValue: fields.u16(2))
        isvSVN = fields.u16(4)
        cetAttributesMask = fields.u8(6)
        cpuSVN = fields.fixed(8)
        attributeMask = fields.attributes(24)
        keyID = fields.fixed(40)
        miscMask = fields.miscSelect(72)
        configSVN = fields.u16(76)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: KeyRequest.byteCount)
        writer.put(name, at: 0)
        writer.put(policy.rawValue, at: 2)
        writer.put(isvSVN, at: 4)
        writer.put(cetAttributesMask, at: 6)
        writer.put(cpuSVN, at: 8)
        writer.put(attributeMask, at: 24)
        writer.put(keyID, at: 40)
        writer.put(miscMask, at: 72)
        writer.put(configSVN, at: 76)
        return writer.bytes
    }

    /// What a sealing key is bound to; all but the first two need KSS.
    public struct Policy: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let mrEnclave = Policy(rawValue: 0x01)
        public static let mrSigner = Policy(rawValue: 0x02)
        public static let noISVProdID = Policy(rawValue: 0x04)
        public static let configID = Policy(rawValue: 0x08)
        public static let isvFamilyID = Policy(rawValue: 0x10)
        public static let isvExtProdID = Policy(rawValue: 0x20)
    }
}
