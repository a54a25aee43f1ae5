import Attestation

/// Which of Intel's two CAs issued a platform's certificate, and so whose revocation list counts.
public enum PCKAuthority: String, CaseIterable, Hashable, Sendable {
    /// Platforms with one processor package.
    case processor
    /// Servers with several packages, which register as a platform.
    case platform

    /// Recognises the CA by the common name that its certificate has; nil for any other.
    public init?(issuerName: String) {
        guard let match = Self.allCases.first(where: { issuerName.lowercased().contains("pck \($0.rawValue) ca") }) else {
            return nil
        }
        self = match
    }

    /// The CA of a PCK certificate; nil for any other item, and for a CA that services do not know.
    init?(of item: CollateralItem) {
        guard item.kind == .pckCertificate, let issuer = try? PlatformCertificate.chain(pem: Array(item.issuerChain.utf8)).first
        else { return nil }
        self.init(issuerName: issuer.name)
    }
}
