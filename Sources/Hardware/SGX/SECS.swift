import EnclaveCrypto

/// SECS (SDM 35.7): the control structure of an enclave.
///
/// Wire: one page; SIZE 0, BASEADDR 8, SSAFRAMESIZE 16, MISCSELECT 20, CET 24 and 32, ATTRIBUTES 48, MRENCLAVE 64, MRSIGNER 128,
/// CONFIGID 192, ISVPRODID 256, ISVSVN 258, CONFIGSVN 260; the rest is zero.
public struct SECS: Equatable, Sendable {
    public static let byteCount = 4096
    /// Of an enclave in 64-bit mode, in bytes, as CPUID leaf 0x12 of the software processor says.
    public static let largestSize: UInt64 = 1 << 40

    /// A power of two, at least two pages.
    public var size: UInt64
    /// A multiple of `size`.
    public var baseAddress: UInt64
    /// In pages.
    public var ssaFrameSize: UInt32
    public var miscSelect: MiscSelect
    public var cetLegacyBitmapOffset: UInt64 = 0
    public var cetAttributes: UInt8 = 0
    public var attributes: Attributes
    public var mrEnclave = Digest()
    public var mrSigner = Digest()
    public var configID = FixedBytes<64>()
    public var isvProdID: UInt16 = 0
    public var isvSVN: UInt16 = 0
    public var configSVN: UInt16 = 0

    public init(
        size: UInt64, baseAddress: UInt64, ssaFrameSize: UInt32, miscSelect: MiscSelect = [], attributes: Attributes
    ) {
        self.size = size
        self.baseAddress = baseAddress
        self.ssaFrameSize = ssaFrameSize
        self.miscSelect = miscSelect
        self.attributes = attributes
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .secs, size: SECS.byteCount)
        for reserved in [33..<48, 96..<128, 160..<192, 262..<4096] { try fields.requireZero(reserved) }
        self.init(
            size: fields.u64(0), baseAddress: fields.u64(8), ssaFrameSize: fields.u32(16),
            miscSelect: fields.miscSelect(20), attributes: fields.attributes(48))
        cetLegacyBitmapOffset = fields.u64(24)
        cetAttributes = fields.u8(32)
        mrEnclave = fields.digest(64)
        mrSigner = fields.digest(128)
        configID = fields.fixed(192)
        isvProdID = fields.u16(256)
        isvSVN = fields.u16(258)
        configSVN = fields.u16(260)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: SECS.byteCount)
        writer.put(size, at: 0)
        writer.put(baseAddress, at: 8)
        writer.put(ssaFrameSize, at: 16)
        writer.put(miscSelect, at: 20)
        writer.put(cetLegacyBitmapOffset, at: 24)
        writer.put(cetAttributes, at: 32)
        writer.put(attributes, at: 48)
        writer.put(mrEnclave, at: 64)
        writer.put(mrSigner, at: 128)
        writer.put(configID, at: 192)
        writer.put(isvProdID, at: 256)
        writer.put(isvSVN, at: 258)
        writer.put(configSVN, at: 260)
        return writer.bytes
    }
}
