import EnclaveCrypto

/// EINITTOKEN (SDM 35.15): a launch enclave's permission, which nobody needs where launch control is flexible, as Linux demands.
///
/// One that says VALID is judged all the same.
///
/// Wire: 304 bytes; VALID 0, ATTRIBUTES 48, MRENCLAVE 64, MRSIGNER 128, CPUSVNLE 192, ISVPRODIDLE 208, ISVSVNLE 210, CET 212,
/// MASKEDMISCSELECTLE 236, MASKEDATTRIBUTESLE 240, KEYID 256, MAC 288 over bytes 0 to 191.
public struct EINITTOKEN: Equatable, Sendable {
    public static let byteCount = 304
    static let authenticatedByteCount = 192
    private static let reserved = [4..<48, 96..<128, 160..<192, 213..<236]

    public var isValid = false
    /// Bits that must be zero are not, those of VALID above the lowest included; such a token is refused, and `bytes` has zeros there.
    public private(set) var hasReservedBits = false
    public var attributes = Attributes()
    public var mrEnclave = Digest()
    public var mrSigner = Digest()
    public var cpuSVN = FixedBytes<16>()
    public var isvProdID: UInt16 = 0
    public var isvSVN: UInt16 = 0
    public var maskedCETAttributes: UInt8 = 0
    public var maskedMiscSelect: MiscSelect = []
    public var maskedAttributes = Attributes()
    public var keyID = FixedBytes<32>()
    public var mac = FixedBytes<16>()

    public init() {}

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .einittoken, size: EINITTOKEN.byteCount)
        for range in EINITTOKEN.reserved { try fields.requireZero(range) }
        guard fields.u32(0) <= 1 else { throw fields.badValue(0) }
        self.init(fields)
    }

    /// The operand of EINIT, which looks at reserved bits only where VALID is set, and late.
    public init(operand bytes: [UInt8]) throws(SGXError) {
        self.init(try FieldReader(bytes, .einittoken, size: EINITTOKEN.byteCount))
    }

    private init(_ fields: FieldReader) {
        isValid = fields.u32(0) & 1 == 1
        hasReservedBits = fields.u32(0) > 1
        for range in EINITTOKEN.reserved where !fields.isZero(range) { hasReservedBits = true }
        attributes = fields.attributes(48)
        mrEnclave = fields.digest(64)
        mrSigner = fields.digest(128)
        cpuSVN = fields.fixed(192)
        isvProdID = fields.u16(208)
        isvSVN = fields.u16(210)
        maskedCETAttributes = fields.u8(212)
        maskedMiscSelect = fields.miscSelect(236)
        maskedAttributes = fields.attributes(240)
        keyID = fields.fixed(256)
        mac = fields.fixed(288)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: EINITTOKEN.byteCount)
        writer.put(UInt32(isValid ? 1 : 0), at: 0)
        writer.put(attributes, at: 48)
        writer.put(mrEnclave, at: 64)
        writer.put(mrSigner, at: 128)
        writer.put(cpuSVN, at: 192)
        writer.put(isvProdID, at: 208)
        writer.put(isvSVN, at: 210)
        writer.put(maskedCETAttributes, at: 212)
        writer.put(maskedMiscSelect, at: 236)
        writer.put(maskedAttributes, at: 240)
        writer.put(keyID, at: 256)
        writer.put(mac, at: 288)
        return writer.bytes
    }
}
