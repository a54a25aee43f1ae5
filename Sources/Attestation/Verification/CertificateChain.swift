/// A signer's chain that ends in a trusted root: signatures, names and CA rights hold.
///
/// Dates are for the moment of judging.
struct CertificateChain {
    let leaf: PlatformCertificate
    /// Between leaf and root, leaf's issuer first.
    let authorities: [PlatformCertificate]
    let validity: Validity

    /// Judges `certificates`, leaf first; a missing root is `root`, a given one must have its key and name.
    init(
        _ certificates: [PlatformCertificate], part: CollateralPart, root: PlatformCertificate, options: VerificationOptions
    ) throws(VerificationFailure) {
        let part = part.rawValue
        guard let leaf = certificates.first else { throw .chain(part: part, problem: "the certificate chain is empty") }
        var above = Array(certificates.dropFirst())
        let own = above.last.flatMap { $0.isSelfIssued ? $0 : nil }
        if let own {
            above.removeLast()
            try Self.requireTrusted(own, root, part: part)
        } else if options.signerRoot == .required {
            throw .chain(part: part, problem: "the chain leaves its root out")
        }
        self.leaf = leaf
        authorities = above
        validity = Validity(ofAll: [leaf] + above + [own ?? root])
        var subject = leaf
        for (below, issuer) in (above + [root]).enumerated() {
            try Self.check(subject, issuedBy: issuer, authoritiesBelow: below, part: part)
            subject = issuer
        }
    }

    /// A certificate that stands for the root must be it, or a sound twin of its key and name.
    static func requireTrusted(
        _ certificate: PlatformCertificate, _ root: PlatformCertificate, part: String
    ) throws(VerificationFailure) {
        guard certificate != root else { return }
        guard certificate.isSameAuthority(as: root), certificate.isSigned(by: root) else {
            throw .chain(part: part, problem: "the chain ends in another root than the rest of the evidence")
        }
    }

    static func check(
        _ subject: PlatformCertificate, issuedBy issuer: PlatformCertificate, authoritiesBelow: Int, part: String
    ) throws(VerificationFailure) {
        guard subject.issuer == issuer.subject else {
            throw .chain(part: part, problem: "\"\(subject.name)\" was not issued by \"\(issuer.name)\"")
        }
        guard let authority = issuer.authority, authority.mayIssue else {
            throw .chain(part: part, problem: "\"\(issuer.name)\" is not a CA that may issue certificates")
        }
        if let limit = authority.maximumPathLength, limit < authoritiesBelow {
            throw .chain(part: part, problem: "\"\(issuer.name)\" allows \(limit) CAs below it, there are \(authoritiesBelow)")
        }
        guard subject.isSigned(by: issuer) else {
            throw .signature(part: "\(part): certificate \"\(subject.name)\"", signer: "\"\(issuer.name)\"")
        }
    }
}
