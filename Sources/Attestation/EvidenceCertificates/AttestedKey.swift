import SGX

/// A public key and the quote that speaks of it, taken from one certificate; the quote itself is still to be judged.
///
/// When a policy accepts the quote, the enclave made this key its own: it put its hash into the report. Whether the one who handed the
/// certificate over *has* the key is another matter, which only a handshake or a signature shows.
public struct AttestedKey: Equatable, Sendable {
    /// Whether the sender was seen to use the key.
    public enum Possession: Sendable {
        /// It signed a TLS handshake.
        case handshake
        case notShown
    }

    public let certificate: EvidenceCertificate
    public let form: EvidenceForm
    public let quote: [UInt8]
    public let possession: Possession
    /// What the certificate brings to judge the quote by, as little trusted as any collateral.
    public let collateral: Collateral?

    public var fingerprint: [UInt8] { certificate.keyFingerprint }

    public init(
        _ certificate: EvidenceCertificate, possession: Possession, options: VerificationOptions = .strict
    ) throws(EvidenceCertificateError) {
        let (form, value) = try Self.evidence(certificate)
        let (quote, bindings) = try Self.parts(value, form, of: certificate.publicKeyInfo)
        try Self.require(bindings, quote, form, certificate, options)
        self.certificate = certificate
        self.form = form
        self.quote = quote
        self.possession = possession
        collateral = Collateral(endorsements: certificate.extensions[Collateral.endorsementsNumber])
    }

    /// The preferred form that is there.
    ///
    /// The facts of a PCK certificate, under the samples' number, are a SEQUENCE and no evidence.
    private static func evidence(_ certificate: EvidenceCertificate) throws(EvidenceCertificateError) -> (EvidenceForm, [UInt8]) {
        for form in EvidenceForm.allCases {
            guard let value = certificate.extensions[form.encodedNumber] else { continue }
            if form != .intelSample || value.first != DERTag.sequence { return (form, value) }
        }
        for refused in RefusedEvidence.allCases where refused.encodedNumbers.contains(where: { certificate.extensions[$0] != nil })
        {
            throw .unsupported(what: refused.what)
        }
        throw .noEvidence
    }

    /// The quote, and what its report data may hold.
    private static func parts(
        _ value: [UInt8], _ form: EvidenceForm, of key: [UInt8]
    ) throws(EvidenceCertificateError) -> ([UInt8], [KeyBinding]) {
        switch form {
        case .interoperable:
            let evidence = try InteroperableEvidence(parsing: value)
            try requireClaims(evidence.claims, name: key)
            return (evidence.quote, [.claims(evidence.claims)])
        case .openEnclave, .oldOpenEnclave:
            return (try OpenEnclaveReport.quote(in: value, form), [.publicKeyText, .publicKeyInfo])
        case .gramine: return (value, [.publicKeyInfo])
        case .plainQuote: return (value, [.publicKeyInfo, .rsaKey])
        case .intelSample: return (value, [.claims(PublicKeyClaims.naming(key))])
        }
    }

    private static func requireClaims(_ claims: [UInt8], name key: [UInt8]) throws(EvidenceCertificateError) {
        let parsed: PublicKeyClaims
        do { parsed = try PublicKeyClaims(parsing: claims) } catch { throw .malformed(.interoperable, why: error.why) }
        guard parsed.name(key) else { throw .unbound(.interoperable, why: "its claims name another key") }
    }

    private static func require(
        _ bindings: [KeyBinding], _ quote: [UInt8], _ form: EvidenceForm, _ certificate: EvidenceCertificate,
        _ options: VerificationOptions
    ) throws(EvidenceCertificateError) {
        let body: QuoteBody
        do { body = try Quote(parsing: quote, options: options).body } catch { throw .quote(form, error) }
        let reportData =
            switch body {
            case .enclave(let report): report.reportData.bytes
            case .trustDomain(let report): report.reportData
            }
        guard !bindings.contains(where: { $0.holds(reportData, certificate.publicKeyInfo) }) else { return }
        throw .unbound(
            form, why: reportData.allSatisfy { $0 == 0 } ? "its report data are zero" : "its report data are of something else")
    }
}
