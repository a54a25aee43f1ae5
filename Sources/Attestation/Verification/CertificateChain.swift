/// A chain that ends in a root: signatures, names, CA rights and dates hold.
struct CertificateChain {
    let leaf: PlatformCertificate
    /// Between leaf and root, leaf's issuer first.
    let authorities: [PlatformCertificate]
    let root: PlatformCertificate

    /// Judges `certificates`, leaf first; a missing root is taken from `root`, a given one must have its key and name.
    init(
        _ certificates: [PlatformCertificate], part: String, root known: PlatformCertificate? = nil, at now: Timestamp
    ) throws(VerificationFailure) {
        guard let leaf = certificates.first else { throw .chain(part: part, problem: "the certificate chain is empty") }
        guard leaf.authority == nil else { throw .chain(part: part, problem: "the first certificate is a CA, not a leaf") }
        var above = Array(certificates.dropFirst())
        let last = above.last.flatMap { $0.subject == $0.issuer ? $0 : nil }
        if last != nil { above.removeLast() }
        guard let root = last ?? known else { throw .chain(part: part, problem: "the chain has no root certificate") }
        if let known, !known.isSameAuthority(as: root) {
            throw .chain(part: part, problem: "the chain ends in another root than the quote's")
        }
        self.leaf = leaf
        authorities = above
        self.root = root
        try check(part: part, at: now)
    }

    private func check(part: String, at now: Timestamp) throws(VerificationFailure) {
        var subject = leaf
        for (below, issuer) in (authorities + [root]).enumerated() {
            try Self.check(subject, issuedBy: issuer, authoritiesBelow: below, part: part)
            subject = issuer
        }
        try Self.check(root, issuedBy: root, authoritiesBelow: 0, part: part)
        for certificate in [leaf] + authorities + [root] {
            try Self.checkDates(
                "\(part): certificate \"\(certificate.name)\"", certificate.notBefore, certificate.notAfter, at: now)
        }
    }

    private static func check(
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

    static func checkDates(
        _ part: String, _ from: Timestamp, _ until: Timestamp, at now: Timestamp
    ) throws(VerificationFailure) {
        guard now >= from else { throw .notYetValid(part: part, from: from, at: now) }
        guard now <= until else { throw .expired(part: part, until: until, at: now) }
    }
}
