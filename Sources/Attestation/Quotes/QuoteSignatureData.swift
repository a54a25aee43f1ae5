/// What a quote carries to be believed: two signatures, the key between them and the certification of the second.
///
/// Layout of v3: signature r‖s 64, attestation key x‖y 64, QE report body 384, QE report signature 64, authentication data
/// (u16 size), certification data (u16 type, u32 size). Versions 4 and 5 wrap everything after the attestation key into
/// certification data of type 6.
public struct QuoteSignatureData: Equatable, Sendable {
    public let signature: [UInt8]
    public let attestationKey: [UInt8]
    public let quotingEnclaveReport: [UInt8]
    public let quotingEnclaveSignature: [UInt8]
    public let authenticationData: [UInt8]
    public let certification: CertificationData

    public init(
        signature: [UInt8], attestationKey: [UInt8], quotingEnclaveReport: [UInt8], quotingEnclaveSignature: [UInt8],
        authenticationData: [UInt8], certificateChain: [UInt8]
    ) {
        self.signature = signature
        self.attestationKey = attestationKey
        self.quotingEnclaveReport = quotingEnclaveReport
        self.quotingEnclaveSignature = quotingEnclaveSignature
        self.authenticationData = authenticationData
        certification = .pckChain(certificateChain)
    }

    init(reading bytes: [UInt8], version: UInt16, options: VerificationOptions) throws(QuoteError) {
        var cursor = ByteCursor(bytes)
        signature = try cursor.take(64, "signature")
        attestationKey = try cursor.take(64, "attestation_key")
        if version >= 4 { try Self.enterReportCertification(&cursor, options) }
        quotingEnclaveReport = try cursor.take(384, "qe_report")
        quotingEnclaveSignature = try cursor.take(64, "qe_report_signature")
        authenticationData = try cursor.take(Int(try cursor.u16("auth_data.size")), "auth_data")
        var type = try cursor.u16("cert_data.type")
        if options.certificationType == .ignoreInner { type = 5 }
        let size = Int(try cursor.u32("cert_data.size"))
        guard size == cursor.remaining else {
            throw .lengthMismatch(field: "cert_data.size", stated: size, actual: cursor.remaining)
        }
        certification = try CertificationData(type: type, cursor.take(size, "cert_data"))
    }

    private static func enterReportCertification(
        _ cursor: inout ByteCursor, _ options: VerificationOptions
    ) throws(QuoteError) {
        let type = try cursor.u16("certification.type")
        guard type == CertificationData.reportCertification || options.certificationType == .ignoreOuter else {
            throw .unsupportedCertification(type)
        }
        let size = Int(try cursor.u32("certification.size"))
        guard size == cursor.remaining else {
            throw .lengthMismatch(field: "certification.size", stated: size, actual: cursor.remaining)
        }
    }

    /// The bytes as they stand in a quote of this version.
    public func bytes(version: UInt16) -> [UInt8] {
        let data = certification.bytes
        let inner =
            quotingEnclaveReport + quotingEnclaveSignature
            + UInt16(truncatingIfNeeded: authenticationData.count).littleEndianBytes + authenticationData
            + certification.type.littleEndianBytes + UInt32(truncatingIfNeeded: data.count).littleEndianBytes + data
        guard version >= 4 else { return signature + attestationKey + inner }
        return signature + attestationKey + CertificationData.reportCertification.littleEndianBytes
            + UInt32(truncatingIfNeeded: inner.count).littleEndianBytes + inner
    }
}
