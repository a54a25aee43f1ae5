import EnclaveCrypto

/// TARGETINFO (SDM 35.17): the enclave a REPORT is made for.
///
/// Wire: 512 bytes; MEASUREMENT 0, ATTRIBUTES 32, CET 48, CONFIGSVN 50, MISCSELECT 52, CONFIGID 64; the rest is zero.
public struct TargetInfo: Equatable, Hashable, Sendable {
    public static let byteCount = 512

    public var measurement = Digest()
    public var attributes = Attributes()
    public var cetAttributes: UInt8 = 0
    public var configSVN: UInt16 = 0
    public var miscSelect: MiscSelect = []
    public var configID = FixedBytes<64>()

    public init() {}

    /// The enclave that a report describes, as the target of an answer to it.
    public init(of body: ReportBody) {
        measurement = body.mrEnclave
        attributes = body.attributes
        cetAttributes = body.cetAttributes
        configSVN = body.configSVN
        miscSelect = body.miscSelect
        configID = body.configID
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .targetInfo, size: TargetInfo.byteCount)
        for reserved in [49..<50, 56..<64, 128..<512] { try fields.requireZero(reserved) }
        measurement = fields.digest(0)
        attributes = fields.attributes(32)
        cetAttributes = fields.u8(48)
        configSVN = fields.u16(50)
        miscSelect = fields.miscSelect(52)
        configID = fields.fixed(64)
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: TargetInfo.byteCount)
        writer.put(measurement, at: 0)
        writer.put(attributes, at: 32)
        writer.put(cetAttributes, at: 48)
        writer.put(configSVN, at: 50)
        writer.put(miscSelect, at: 52)
        writer.put(configID, at: 64)
        return writer.bytes
    }
}
