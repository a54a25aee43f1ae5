/// Checks single pieces of collateral: trusted root, chain, revocation by the root's list, signature, dates.
///
/// It is what a cache asks before it keeps something. A verdict over a quote checks the same again, together with the quote.
public struct ItemVerifier: Sendable {
    public let root: TrustedRoot

    public init(root: TrustedRoot) { self.root = root }

    /// The root certificate at the end of an issuer chain, when it is the trusted one.
    public func rootCertificate(of issuerChain: String) throws(VerificationFailure) -> PlatformCertificate {
        guard let last = try IssuerChain(pem: issuerChain).certificates.last, last.subject == last.issuer, last.isSigned(by: last)
        else {
            throw .chain(part: IssuerChain.part, problem: "it does not end in a root certificate")
        }
        guard root.matches(last) else {
            throw .untrustedRoot(
                subject: last.name, fingerprint: last.fingerprint, simulation: last.name == SoftwareRoot.commonName)
        }
        return last
    }

    /// Checks `item`, for which `rootCRL` is the root's current list in DER; the list itself is checked with it.
    ///
    /// A PCK certificate needs the list of its CA, `pckCRL`, as well.
    public func verify(
        _ item: CollateralItem, rootCRL: [UInt8], pckCRL: [UInt8]? = nil, at now: Timestamp
    ) throws(VerificationFailure) -> ValidityPeriod {
        let certificate = try rootCertificate(of: item.issuerChain)
        let revoked = try list(rootCRL, "root CA CRL", by: certificate, at: now)
        guard item.kind != .rootCRL else { return try list(item.content, "root CA CRL", by: certificate, at: now).period }
        let signer = try IssuerChain(pem: item.issuerChain).signer(under: certificate, revoked, at: now)
        switch item.kind {
        case .rootCRL, .pckCRL: return try list(item.content, "PCK CRL", by: signer, at: now).period
        case .document(let member): return try document(item.content, member, by: signer, at: now)
        case .pckCertificate: return try pckCertificate(item.content, pckCRL, by: signer, at: now)
        }
    }

    private func pckCertificate(
        _ pem: [UInt8], _ revoked: [UInt8]?, by authority: PlatformCertificate, at now: Timestamp
    ) throws(VerificationFailure) -> ValidityPeriod {
        let part = "PCK certificate"
        guard let leaf = try IssuerChain(pem: String(decoding: pem, as: UTF8.self)).certificates.first, leaf.authority == nil else {
            throw .chain(part: part, problem: "it is a CA's")
        }
        guard authority.authority?.mayIssue == true, leaf.issuer == authority.subject, leaf.isSigned(by: authority) else {
            throw .signature(part: part, signer: "\"\(authority.name)\"")
        }
        guard let revoked else { throw .chain(part: part, problem: "its CA's revocation list is missing") }
        guard try !list(revoked, "PCK CRL", by: authority, at: now).revokes(leaf) else {
            throw .revoked(part: part, serialNumber: leaf.serialNumber)
        }
        return try current(ValidityPeriod(issued: leaf.notBefore, expires: leaf.notAfter), part, at: now)
    }

    /// The signature covers the body's bytes as they came.
    private func document(
        _ envelope: [UInt8], _ member: String, by signer: PlatformCertificate, at now: Timestamp
    ) throws(VerificationFailure) -> ValidityPeriod {
        guard signer.authority == nil else { throw .chain(part: IssuerChain.part, problem: "the signer is a CA") }
        let period: ValidityPeriod
        do {
            let signed = try SignedDocument(envelope: envelope, member: member)
            guard Verifier.isSigned(Array(signed.text.utf8), signed.signature, by: signer.key) else {
                throw VerificationFailure.signature(part: member, signer: "\"\(signer.name)\"")
            }
            let fields = try CollateralFields(part: member, parsing: signed.text)
            period = ValidityPeriod(issued: try fields.timestamp("issueDate"), expires: try fields.timestamp("nextUpdate"))
        } catch let error as CollateralError {
            throw .collateral(error)
        } catch let failure as VerificationFailure {
            throw failure
        } catch {
            throw .chain(part: member, problem: String(describing: error))
        }
        return try current(period, member, at: now)
    }

    private func list(
        _ der: [UInt8], _ part: String, by issuer: PlatformCertificate, at now: Timestamp
    ) throws(VerificationFailure) -> RevocationList {
        let list: RevocationList
        do { list = try RevocationList(parsing: der) } catch { throw .certificate(part: part, error) }
        guard list.issuer == issuer.subject, issuer.authority?.mayRevoke == true, list.isSigned(by: issuer) else {
            throw .signature(part: part, signer: "\"\(issuer.name)\"")
        }
        _ = try current(list.period, part, at: now)
        return list
    }

    private func current(_ period: ValidityPeriod, _ part: String, at now: Timestamp) throws(VerificationFailure) -> ValidityPeriod
    {
        guard now >= period.issued else { throw .notYetValid(part: part, from: period.issued, at: now) }
        guard now <= period.expires else { throw .expired(part: part, until: period.expires, at: now) }
        return period
    }
}

extension RevocationList {
    fileprivate var period: ValidityPeriod { ValidityPeriod(issued: thisUpdate, expires: nextUpdate) }
}
