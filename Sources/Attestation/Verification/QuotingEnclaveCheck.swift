import Crypto
import EnclaveCrypto
import SGX

/// Binds the attestation key of a quote to a genuine quoting enclave on the PCK certificate's platform.
struct QuotingEnclaveCheck {
    private let data: QuoteSignatureData
    private let report: ReportBody
    private let pck: PlatformCertificate
    private let identity: QEIdentity

    init(quote: Quote, pck: PlatformCertificate, identity: QEIdentity) throws(VerificationFailure) {
        data = quote.signatureData
        self.pck = pck
        self.identity = identity
        do { report = try Quote.report(data.quotingEnclaveReport, "qe_report") } catch { throw .quote(error) }
    }

    func level() throws(VerificationFailure) -> QEIdentity.Level {
        guard Verifier.isSigned(data.quotingEnclaveReport, data.quotingEnclaveSignature, by: pck.key) else {
            throw .signature(part: "the QE report", signer: "the PCK certificate")
        }
        try checkBinding()
        try checkIdentity()
        guard let level = identity.level(securityVersion: report.isvSVN) else {
            throw .noLevel(part: "QE Identity", version: "the quoting enclave's security version \(report.isvSVN)")
        }
        return level
    }

    /// The QE report vouches for the key: its first 32 bytes of report data are SHA-256(key ‖ authentication data), the rest zero.
    private func checkBinding() throws(VerificationFailure) {
        let digest = Array(SHA256.hash(data: data.attestationKey + data.authenticationData))
        let expected = digest + [UInt8](repeating: 0, count: 32)
        guard report.reportData.bytes == expected else {
            throw .mismatch(
                field: "report data of the QE report", expected: Hex.text(expected), actual: Hex.text(report.reportData.bytes))
        }
    }

    private func checkIdentity() throws(VerificationFailure) {
        let misc = report.miscSelect.rawValue & identity.miscSelectMask
        try Self.same("MISCSELECT", identity.miscSelect.littleEndianBytes, misc.littleEndianBytes)
        let attributes = zip(report.attributes.bytes, identity.attributesMask).map { $0 & $1 }
        try Self.same("ATTRIBUTES", identity.attributes, attributes)
        try Self.same("MRSIGNER", identity.mrsigner, report.mrSigner.bytes)
        try Self.same("ISVPRODID", identity.productID.littleEndianBytes, report.isvProdID.littleEndianBytes)
    }

    private static func same(_ field: String, _ expected: [UInt8], _ actual: [UInt8]) throws(VerificationFailure) {
        guard expected == actual else {
            throw .mismatch(
                field: "\(field) of the quoting enclave", expected: Hex.text(expected), actual: Hex.text(actual))
        }
    }
}
