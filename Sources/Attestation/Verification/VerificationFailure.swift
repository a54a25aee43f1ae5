/// Why evidence is not believed; a policy has not been asked yet.
public enum VerificationFailure: Error, Equatable, Sendable {
    case quote(QuoteError)
    case certificate(part: String, CertificateError)
    case collateral(CollateralError)
    /// The chain is sound but ends in a root that the verifier was not told to trust.
    case untrustedRoot(subject: String, fingerprint: [UInt8], simulation: Bool)
    case chain(part: String, problem: String)
    case signature(part: String, signer: String)
    case revoked(part: String, serialNumber: [UInt8])
    case notYetValid(part: String, from: Timestamp, at: Timestamp)
    case expired(part: String, until: Timestamp, at: Timestamp)
    case mismatch(field: String, expected: String, actual: String)
    case noLevel(part: String, version: String)
    /// The quote only names its platform, and the collateral brings no PCK certificate either.
    case missingPCKCertificate(of: CertificationData)
    /// The evidence is genuine and in a state that the options refuse.
    case untrusted(state: String)

    /// What kind of trouble it is, which decides what the asker can do about it.
    public enum Kind: Sendable {
        case badEvidence
        case staleCollateral
        case untrustedRoot
    }

    public var kind: Kind {
        switch self {
        case .untrustedRoot: .untrustedRoot
        case .expired, .notYetValid, .missingPCKCertificate: .staleCollateral
        case .quote, .certificate, .collateral, .chain, .signature, .revoked, .mismatch, .noLevel, .untrusted: .badEvidence
        }
    }

    /// What would mend it.
    public var mend: String {
        switch self {
        case .quote: "ask the enclave for a new quote and hand it over unchanged"
        case .certificate, .chain: "fetch the collateral again; if the quote's own chain is at fault, ask for a new quote"
        case .collateral: "fetch the collateral again from Intel or from the platform's cache"
        case .untrustedRoot(_, let fingerprint, let simulation):
            simulation
                ? "to accept SIMULATED, unprotected evidence of this machine write [simulation] root_fingerprint = \"\(Hex.text(fingerprint))\""
                : "use a quote of genuine hardware"
        case .signature, .mismatch: "the evidence was changed or put together from two sources: do not trust it"
        case .revoked: "this key is withdrawn: use another platform"
        case .notYetValid: "check this machine's clock, or judge at another time with --at"
        case .expired: "fetch fresh collateral, or judge at an earlier time with --at"
        case .missingPCKCertificate: "fetch the PCK certificate (pckcert) and give its chain with the collateral"
        case .untrusted: "run the program on hardware in an ordinary state, without debugging"
        case .noLevel: "the platform is older than every version the collateral knows: update it"
        }
    }
}

extension VerificationFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .quote(let error): "the quote cannot be read: \(error)"
        case .certificate(let part, let error): "\(part): \(error)"
        case .collateral(let error): "the collateral cannot be used: \(error)"
        case .untrustedRoot(let subject, let fingerprint, let simulation):
            "the chain ends in \(simulation ? "a SIMULATION root" : "an unknown root"), \"\(subject)\" "
                + "(SHA-256 \(Hex.text(fingerprint))), which nothing told the verifier to trust"
        case .chain(let part, let problem): "\(part): \(problem)"
        case .signature(let part, let signer): "the signature of \(part) is not \(signer)'s"
        case .revoked(let part, let serial): "\(part) (serial \(Hex.text(serial))) is revoked"
        case .notYetValid(let part, let from, let now):
            "\(part) is valid from \(from.iso8601), judged at \(now.iso8601)"
        case .expired(let part, let until, let now): "\(part) ended at \(until.iso8601), judged at \(now.iso8601)"
        case .mismatch(let field, let expected, let actual): "\(field) is \(actual), expected \(expected)"
        case .noLevel(let part, let version): "\(part) has no level that \(version) reaches"
        case .missingPCKCertificate(let platform): "the quote carries no PCK certificate, only \(platform)"
        case .untrusted(let state): "the evidence is genuine but not trusted: \(state)"
        }
    }
}
