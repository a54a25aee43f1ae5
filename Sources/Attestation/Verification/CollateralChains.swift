/// The three chains of a collateral, read but not yet believed.
struct CollateralChains {
    let pckCRLIssuer: [PlatformCertificate]
    let tcbInfoIssuer: [PlatformCertificate]
    let qeIdentityIssuer: [PlatformCertificate]

    init(_ collateral: Collateral) throws(VerificationFailure) {
        pckCRLIssuer = try Self.certificates(collateral.pckCRLIssuerChain, .pckCRLIssuerChain)
        tcbInfoIssuer = try Self.certificates(collateral.tcbInfoIssuerChain, .tcbInfoIssuerChain)
        // Both documents usually come with one and the same chain.
        qeIdentityIssuer =
            collateral.qeIdentityIssuerChain == collateral.tcbInfoIssuerChain
            ? tcbInfoIssuer : try Self.certificates(collateral.qeIdentityIssuerChain, .qeIdentityIssuerChain)
    }

    /// The root that one of the chains holds, that is trusted and has signed itself; a damaged one is refused with its chain.
    func root(among roots: Set<TrustedRoot>) throws(VerificationFailure) -> (PlatformCertificate, TrustedRoot) {
        let candidates = (pckCRLIssuer + tcbInfoIssuer + qeIdentityIssuer).filter(\.isSelfIssued)
        var failure: VerificationFailure?
        for candidate in candidates {
            guard let trust = roots.first(where: { $0.matches(candidate) }) else { continue }
            do {
                try CertificateChain.check(candidate, issuedBy: candidate, authoritiesBelow: 0, part: "root certificate")
                return (candidate, trust)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard let other = candidates.first else {
            throw .chain(part: CollateralPart.pckCRLIssuerChain.rawValue, problem: "no chain of the collateral has a root")
        }
        throw .untrustedRoot(
            subject: other.name, fingerprint: other.fingerprint, simulation: other.name == SoftwareRoot.commonName)
    }

    private static func certificates(
        _ pem: String, _ part: CollateralPart
    ) throws(VerificationFailure) -> [PlatformCertificate] {
        do {
            return try PlatformCertificate.chain(pem: Array(pem.utf8))
        } catch {
            throw .certificate(part: part.rawValue, error)
        }
    }
}
