/// What a quote carries to be believed: two signatures, the key between them and the certificates of the second.
///
/// Layout of v3: signature r‖s 64, attestation key x‖y 64, QE report body 384, QE report signature 64, authentication data
/// (u16 size), certification data (u16 type, u32 size). Versions 4 and 5 wrap everything after the attestation key into
/// certification data of type 6.
public struct QuoteSignatureData: Equatable, Sendable {
    public static let certificateChain: UInt16 = 5
    private static let reportCertification: UInt16 = 6

    public let signature: [UInt8]
    public let attestationKey: [UInt8]
    public let quotingEnclaveReport: [UInt8]
    public let quotingEnclaveSignature: [UInt8]
    public let authenticationData: [UInt8]
    public let certificationType: UInt16
    public let certificationData: [UInt8]

    public init(
        signature: [UInt8], attestationKey: [UInt8], quotingEnclaveReport: [UInt8], quotingEnclaveSignature: [UInt8],
        authenticationData: [UInt8], certificateChain: [UInt8]
    ) {
        self.signature = signature
        self.attestationKey = attestationKey
        self.quotingEnclaveReport = quotingEnclaveReport
        self.quotingEnclaveSignature = quotingEnclaveSignature
        self.authenticationData = authenticationData
        certificationType = Self.certificateChain
        certificationData = certificateChain
    }

    init(reading bytes: [UInt8], version: UInt16) throws(QuoteError) {
        var cursor = ByteCursor(bytes)
        signature = try cursor.take(64, "signature")
        attestationKey = try cursor.take(64, "attestation_key")
        if version >= 4 {
            let type = try cursor.u16("certification.type")
            guard type == Self.reportCertification else { throw .unsupportedCertification(type) }
            let size = Int(try cursor.u32("certification.size"))
            guard size == cursor.remaining else {
                throw .lengthMismatch(field: "certification.size", stated: size, actual: cursor.remaining)
            }
        }
        quotingEnclaveReport = try cursor.take(384, "qe_report")
        quotingEnclaveSignature = try cursor.take(64, "qe_report_signature")
        authenticationData = try cursor.take(Int(try cursor.u16("auth_data.size")), "auth_data")
        certificationType = try cursor.u16("cert_data.type")
        guard certificationType == Self.certificateChain else { throw .unsupportedCertification(certificationType) }
        let size = Int(try cursor.u32("cert_data.size"))
        guard size == cursor.remaining else {
            throw .lengthMismatch(field: "cert_data.size", stated: size, actual: cursor.remaining)
        }
        certificationData = try cursor.take(size, "cert_data")
    }

    /// The bytes as they stand in a quote of this version.
    public func bytes(version: UInt16) -> [UInt8] {
        let inner =
            quotingEnclaveReport + quotingEnclaveSignature
            + UInt16(truncatingIfNeeded: authenticationData.count).littleEndianBytes + authenticationData
            + certificationType.littleEndianBytes
            + UInt32(truncatingIfNeeded: certificationData.count).littleEndianBytes + certificationData
        guard version >= 4 else { return signature + attestationKey + inner }
        return signature + attestationKey + Self.reportCertification.littleEndianBytes
            + UInt32(truncatingIfNeeded: inner.count).littleEndianBytes + inner
    }
}
