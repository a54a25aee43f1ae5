import EnclaveCrypto

/// REPORT (SDM 35.16): a body that the processor authenticated for one target enclave.
///
/// Wire: body 384, KEYID 32, MAC 16; the MAC is AES-128-CMAC over the body under the target's report key for KEYID.
public struct Report: Equatable, Hashable, Sendable {
    public static let byteCount = 432

    public var body: ReportBody
    public var keyID: FixedBytes<32>
    public var mac: FixedBytes<16>

    public init(body: ReportBody, keyID: FixedBytes<32>, mac: FixedBytes<16>) {
        self.body = body
        self.keyID = keyID
        self.mac = mac
    }

    public init(parsing bytes: [UInt8]) throws(SGXError) {
        let fields = try FieldReader(bytes, .report, size: Report.byteCount)
        self.init(
            body: try ReportBody(parsing: [UInt8](bytes[..<ReportBody.byteCount])), keyID: fields.fixed(384),
            mac: fields.fixed(416))
    }

    public var bytes: [UInt8] {
        var writer = FieldWriter(size: Report.byteCount)
        writer.put(body.bytes, at: 0)
        writer.put(keyID, at: 384)
        writer.put(mac, at: 416)
        return writer.bytes
    }

    /// A report under a key at hand; the processor's own way is `KeyDerivation.report`.
    public static func make(
        body: ReportBody, keyID: FixedBytes<32>, key: FixedBytes<16>
    ) throws(CryptoError) -> Report {
        let tag = try AESCMAC.authenticate(key: key.bytes, message: body.bytes)
        return Report(body: body, keyID: keyID, mac: FixedBytes(tag, at: 0))
    }

    /// Whether this processor made the report for the enclave whose report key (EGETKEY with `keyID`) is given.
    public func verify(key: FixedBytes<16>) throws(CryptoError) -> Bool {
        let tag = try AESCMAC.authenticate(key: key.bytes, message: body.bytes)
        return ConstantTime.equal(tag, mac.bytes)
    }
}
