import EnclaveCrypto

/// EINITTOKEN (SDM 35.15): a launch enclave's permission; unused where launch control is flexible, as Linux demands.
///
/// Wire: 304 bytes; VALID 0, ATTRIBUTES 48, MRENCLAVE 64, MRSIGNER 128, CPUSVNLE 192, ISVPRODIDLE 208, ISVSVNLE 210, CET 212,
/// MASKEDMISCSELECTLE 236, MASKEDATTRIBUTESLE 240, KEYID 256, MAC 288 over bytes 0 to 191.
public struct EINITTOKEN: Equatable, Sendable {
    public static let byteCount = 304

    public var isValid = false
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
        for reserved in [4..<48, 96..<128, 160..<192, 213..<236] { try fields.requireZero(reserved) }
        guard fields.u32(0) <= 1 else { throw fields.badValue(0) }
        isValid = fields.u32(0) == 1
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
