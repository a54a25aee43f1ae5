import Crypto
import EnclaveCrypto
import SGX

/// Binds the attestation key of a quote to a genuine quoting enclave on the PCK certificate's platform.
struct QuotingEnclaveCheck {
    private let data: QuoteSignatureData
    private let report: ReportBody
    private let pck: PlatformCertificate
    private let identity: QEIdentity
    private let options: VerificationOptions

    init(
        quote: Quote, pck: PlatformCertificate, identity: QEIdentity, options: VerificationOptions
    ) throws(VerificationFailure) {
        data = quote.signatureData
        self.pck = pck
        self.identity = identity
        self.options = options
        do { report = try QuoteBody.report(data.quotingEnclaveReport, "qe_report") } catch { throw .quote(error) }
    }

    func standing() throws(VerificationFailure) -> Standing {
        guard Verifier.isSigned(data.quotingEnclaveReport, data.quotingEnclaveSignature, by: pck.key) else {
            throw .signature(part: "the QE report", signer: "the PCK certificate")
        }
        try checkBinding()
        try checkIdentity()
        let levels = identity.levels
        if let standing = Standing(securityVersion: report.isvSVN, among: levels, named: "the quoting enclave") {
            return standing
        }
        guard options.unlistedQuotingEnclave == .revoked, !levels.isEmpty else {
            throw .noLevel(part: "QE Identity", version: "the quoting enclave's security version \(report.isvSVN)")
        }
        return Standing(revokedBelow: levels)
    }

    /// The QE report vouches for the key: its first 32 bytes of report data are SHA-256(key ‖ authentication data), the rest zero.
    private func checkBinding() throws(VerificationFailure) {
        let digest = Array(SHA256.hash(data: data.attestationKey + data.authenticationData))
        let reportData = report.reportData.bytes
        let tail = options.reportDataTail == .ignore ? Array(reportData[32...]) : [UInt8](repeating: 0, count: 32)
        guard reportData == digest + tail else {
            throw .mismatch(
                field: "report data of the QE report", expected: Hex.text(digest + tail), actual: Hex.text(reportData))
        }
    }

    private func checkIdentity() throws(VerificationFailure) {
        guard !report.attributes.flags.contains(.debug) else {
            throw .mismatch(field: "debug attribute of the quoting enclave", expected: "clear", actual: "set")
        }
        let misc = report.miscSelect.rawValue & identity.miscSelectMask
        try Self.same("MISCSELECT", (identity.miscSelect & identity.miscSelectMask).littleEndianBytes, misc.littleEndianBytes)
        let attributes = zip(report.attributes.bytes, identity.attributesMask).map { $0 & $1 }
        try Self.same("ATTRIBUTES", zip(identity.attributes, identity.attributesMask).map { $0 & $1 }, attributes)
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
