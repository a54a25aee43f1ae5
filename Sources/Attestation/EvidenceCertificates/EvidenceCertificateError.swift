/// Why a certificate does not tie its key to evidence.
public enum EvidenceCertificateError: Error, Equatable, Sendable {
    case tooLarge(Int)
    case notCertificate(CertificateError)
    /// The signature that the certificate gives itself is not its key's.
    case changed
    case noEvidence
    case unsupported(what: String)
    case malformed(EvidenceForm, why: String)
    case quote(EvidenceForm, QuoteError)
    /// The evidence speaks of another key, or of none.
    case unbound(EvidenceForm, why: String)

    /// What would mend it.
    public var mend: String {
        switch self {
        case .tooLarge, .notCertificate: "hand over the service's own X.509 certificate, in DER or PEM"
        case .noEvidence: "ask an attested service, or judge its quote with --quote"
        case .unsupported: "have the service make DCAP evidence in the interoperable form (2.23.133.5.4.9)"
        case .malformed, .quote: "have the service make its certificate anew"
        case .changed, .unbound: "do not send secrets to this key: whoever holds it need not be the enclave"
        }
    }
}

extension EvidenceCertificateError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge(let count): "the certificate has \(count) bytes, more than \(EvidenceCertificate.maximumByteCount)"
        case .notCertificate(let error): "the certificate cannot be read: \(error)"
        case .changed: "the certificate was changed: its own signature does not fit its key"
        case .noEvidence: "the certificate carries no evidence in any form that is known"
        case .unsupported(let what): "the certificate carries \(what), which cannot be judged"
        case .malformed(let form, let why): "the evidence (\(form.name)) cannot be read: \(why)"
        case .quote(let form, let error): "the quote in the certificate (\(form.name)) cannot be read: \(error)"
        case .unbound(let form, let why): "the evidence (\(form.name)) is not about the certificate's key: \(why)"
        }
    }
}
