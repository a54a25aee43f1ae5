/// The 48 bytes in front of every quote.
///
/// Layout: version u16, key type u16, TEE type u32, QE SVN u16, PCE SVN u16 (both reserved since version 4), vendor 16, user data 20
/// (the first 16 name the platform's quoting enclave).
public struct QuoteHeader: Equatable, Sendable {
    /// The kind of environment that a quote speaks of.
    public enum Environment: UInt32, Sendable {
        case sgx = 0
        case tdx = 0x81
    }

    public static let byteCount = 48
    public static let ecdsaP256: UInt16 = 2
    public static let intelVendor: [UInt8] = [
        0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07,
    ]

    public let version: UInt16
    public let keyType: UInt16
    public let environment: Environment
    public let quotingEnclaveSVN: UInt16
    public let provisioningEnclaveSVN: UInt16
    public let vendor: [UInt8]
    public let userData: [UInt8]

    /// The header of a v3 SGX quote made by a quoting enclave of this security version.
    public init(quotingEnclaveSVN: UInt16, provisioningEnclaveSVN: UInt16, userData: [UInt8]) {
        version = 3
        keyType = Self.ecdsaP256
        environment = .sgx
        self.quotingEnclaveSVN = quotingEnclaveSVN
        self.provisioningEnclaveSVN = provisioningEnclaveSVN
        vendor = Self.intelVendor
        self.userData = userData
    }

    init(reading cursor: inout ByteCursor) throws(QuoteError) {
        version = try cursor.u16("header.version")
        guard (3...5).contains(version) else { throw .unsupportedVersion(version) }
        keyType = try cursor.u16("header.att_key_type")
        guard keyType == Self.ecdsaP256 else { throw .unsupportedKeyType(keyType) }
        let type = try cursor.u32("header.tee_type")
        guard let environment = Environment(rawValue: type), environment == .sgx || version > 3 else {
            throw .unsupportedTEE(type, version: version)
        }
        self.environment = environment
        quotingEnclaveSVN = try cursor.u16("header.qe_svn")
        provisioningEnclaveSVN = try cursor.u16("header.pce_svn")
        vendor = try cursor.take(16, "header.qe_vendor_id")
        guard vendor == Self.intelVendor else { throw .unknownVendor(vendor) }
        userData = try cursor.take(20, "header.user_data")
    }

    public var bytes: [UInt8] {
        version.littleEndianBytes + keyType.littleEndianBytes + environment.rawValue.littleEndianBytes
            + quotingEnclaveSVN.littleEndianBytes + provisioningEnclaveSVN.littleEndianBytes + vendor + userData
    }
}
