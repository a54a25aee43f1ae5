import EnclaveCrypto

/// SIGSTRUCT (SDM 35.14): what the enclave's author signed.
///
/// Wire: 1808 bytes; HEADER 0, VENDOR 16, DATE 20, HEADER2 24, SWDEFINED 40, MODULUS 128, EXPONENT 512, SIGNATURE 516,
/// MISCSELECT 900, MISCMASK 904, CET 908 and 909, ISVFAMILYID 912, ATTRIBUTES 928, ATTRIBUTEMASK 944, ENCLAVEHASH 960,
/// ISVEXTPRODID 1008, ISVPRODID 1024, ISVSVN 1026, Q1 1040, Q2 1424; the rest is zero. Big numbers are little-endian.
public struct SIGSTRUCT: Equatable, Sendable {
    public static let byteCount = 1808
    public static let intelVendor: UInt32 = 0x8086

    public static let header = FixedBytes<16>([6, 0, 0, 0, 0xe1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], at: 0)
    public static let header2 = FixedBytes<16>([1, 1, 0, 0, 0x60, 0, 0, 0, 0x60, 0, 0, 0, 1, 0, 0, 0], at: 0)

    public var header = SIGSTRUCT.header
    public var vendor: UInt32 = 0
    /// BCD yyyymmdd.
    public var date: UInt32 = 0
    public var header2 = SIGSTRUCT.header2
    public var swDefined: UInt32 = 0
    public var modulus = FixedBytes<384>()
    public var exponent: UInt32 = 3
    public var signature = FixedBytes<384>()
    public var miscSelect: MiscSelect = []
    public var miscMask: MiscSelect = []
    public var cetAttributes: UInt8 = 0
    public var cetAttributesMask: UInt8 = 0
    public var isvFamilyID = FixedBytes<16>()
    public var attributes = Attributes()
    public var attributeMask = Attributes()
    public var enclaveHash = Digest()
    public var isvExtProdID = FixedBytes<16>()
    public var isvProdID: UInt16 = 0
    public var isvSVN: UInt16 = 0
    public var q1 = FixedBytes<384>()
    public var q2 = FixedBytes<384>()

    /// Unsigned, with the headers in place.
    public init() {}

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .sigstruct, size: SIGSTRUCT.byteCount)
        for reserved in [44..<128, 910..<912, 992..<1008, 1028..<1040] { try fields.requireZero(reserved) }
        header = fields.fixed(0)
        vendor = fields.u32(16)
        date = fields.u32(20)
        header2 = fields.fixed(24)
        swDefined = fields.u32(40)
        modulus = fields.fixed(128)
        exponent = fields.u32(512)
        signature = fields.fixed(516)
        miscSelect = fields.miscSelect(900)
        miscMask = fields.miscSelect(904)
        cetAttributes = fields.u8(908)
        cetAttributesMask = fields.u8(909)
        isvFamilyID = fields.fixed(912)
        attributes = fields.attributes(928)
        attributeMask = fields.attributes(944)
        enclaveHash = fields.digest(960)
        isvExtProdID = fields.fixed(1008)
        isvProdID = fields.u16(1024)
        isvSVN = fields.u16(1026)
        q1 = fields.fixed(1040)
        q2 = fields.fixed(1424)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: SIGSTRUCT.byteCount)
        writer.put(header, at: 0)
        writer.put(vendor, at: 16)
        writer.put(date, at: 20)
        writer.put(header2, at: 24)
        writer.put(swDefined, at: 40)
        writer.put(modulus, at: 128)
        writer.put(exponent, at: 512)
        writer.put(signature, at: 516)
        writer.put(miscSelect, at: 900)
        writer.put(miscMask, at: 904)
        writer.put(cetAttributes, at: 908)
        writer.put(cetAttributesMask, at: 909)
        writer.put(isvFamilyID, at: 912)
        writer.put(attributes, at: 928)
        writer.put(attributeMask, at: 944)
        writer.put(enclaveHash, at: 960)
        writer.put(isvExtProdID, at: 1008)
        writer.put(isvProdID, at: 1024)
        writer.put(isvSVN, at: 1026)
        writer.put(q1, at: 1040)
        writer.put(q2, at: 1424)
        return writer.bytes
    }

    /// The 256 bytes the signature covers: key, signature and quotients are left out, not zeroed.
    public var signedMessage: [UInt8] {
        let all = bytes
        return [UInt8](all[0..<128]) + [UInt8](all[900..<1028])
    }

    /// SHA-256 of the modulus as it is stored.
    public var mrSigner: Digest { SHA256.hash(modulus.bytes) }
}
