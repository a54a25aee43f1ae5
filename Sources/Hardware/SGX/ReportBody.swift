import EnclaveCrypto

/// The authenticated part of a REPORT, which quotes carry too (SDM 35.16).
///
/// Wire: 384 bytes; CPUSVN 0, MISCSELECT 16, CET 20, ISVEXTPRODID 32, ATTRIBUTES 48, MRENCLAVE 64, MRSIGNER 128, CONFIGID 192,
/// ISVPRODID 256, ISVSVN 258, CONFIGSVN 260, ISVFAMILYID 304, REPORTDATA 320; the rest is zero.
public struct ReportBody: Equatable, Hashable, Sendable {
    public static let byteCount = 384

    public var cpuSVN = FixedBytes<16>()
    public var miscSelect: MiscSelect = []
    public var cetAttributes: UInt8 = 0
    public var isvExtProdID = FixedBytes<16>()
    public var attributes = Attributes()
    public var mrEnclave = Digest()
    public var mrSigner = Digest()
    public var configID = FixedBytes<64>()
    public var isvProdID: UInt16 = 0
    public var isvSVN: UInt16 = 0
    public var configSVN: UInt16 = 0
    public var isvFamilyID = FixedBytes<16>()
    public var reportData = FixedBytes<64>()

    public init() {}

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .report, size: ReportBody.byteCount)
        for reserved in [21..<32, 96..<128, 160..<192, 262..<304] { try fields.requireZero(reserved) }
        cpuSVN = fields.fixed(0)
        miscSelect = fields.miscSelect(16)
        cetAttributes = fields.u8(20)
        isvExtProdID = fields.fixed(32)
        attributes = fields.attributes(48)
        mrEnclave = fields.digest(64)
        mrSigner = fields.digest(128)
        configID = fields.fixed(192)
        isvProdID = fields.u16(256)
        isvSVN = fields.u16(258)
        configSVN = fields.u16(260)
        isvFamilyID = fields.fixed(304)
        reportData = fields.fixed(320)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: ReportBody.byteCount)
        writer.put(cpuSVN, at: 0)
        writer.put(miscSelect, at: 16)
        writer.put(cetAttributes, at: 20)
        writer.put(isvExtProdID, at: 32)
        writer.put(attributes, at: 48)
        writer.put(mrEnclave, at: 64)
        writer.put(mrSigner, at: 128)
        writer.put(configID, at: 192)
        writer.put(isvProdID, at: 256)
        writer.put(isvSVN, at: 258)
        writer.put(configSVN, at: 260)
        writer.put(isvFamilyID, at: 304)
        writer.put(reportData, at: 320)
        return writer.bytes
    }
}
