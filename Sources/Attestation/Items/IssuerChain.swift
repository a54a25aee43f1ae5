/// The certificates that come with a piece of collateral: who signed it, and the root that vouches for the signer.
struct IssuerChain {
    static let part = "issuer chain"

    let certificates: [PlatformCertificate]

    init(pem: String) throws(VerificationFailure) {
        do { certificates = try PlatformCertificate.chain(pem: Array(pem.utf8)) } catch {
            throw .certificate(part: Self.part, error)
        }
    }

    /// The first of exactly two certificates, issued by `root` itself, valid now and not revoked.
    func signer(
        under root: PlatformCertificate, _ revoked: RevocationList, at now: Timestamp
    ) throws(VerificationFailure) -> PlatformCertificate {
        guard certificates.count == 2, let signer = certificates.first else {
            throw .chain(part: Self.part, problem: "expected a signer and its root, found \(certificates.count) certificates")
        }
        let name = "\(Self.part): certificate \"\(signer.name)\""
        guard root.authority?.mayIssue == true, signer.issuer == root.subject, signer.isSigned(by: root) else {
            throw .signature(part: name, signer: "\"\(root.name)\"")
        }
        for certificate in [signer, root] {
            guard now >= certificate.notBefore else { throw .notYetValid(part: name, from: certificate.notBefore, at: now) }
            guard now <= certificate.notAfter else { throw .expired(part: name, until: certificate.notAfter, at: now) }
        }
        guard !revoked.revokes(signer) else { throw .revoked(part: name, serialNumber: signer.serialNumber) }
        return signer
    }
}
