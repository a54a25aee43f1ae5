/// Collateral whose signatures and chains hold under one trusted root, made once and then asked about many quotes.
///
/// Signatures do not depend on the time, so that only dates are looked at again with each quote. Two to four signatures remain for
/// a quote: its own, the quoting enclave's, and those of certificates that the collateral does not hold already.
public struct VerifiedCollateral: Sendable {
    public let root: TrustedRoot
    public let rootCertificate: PlatformCertificate
    public let rootFingerprint: [UInt8]
    public let tcbInfo: TCBInfo
    public let qeIdentity: QEIdentity
    public let rootCRL: RevocationList
    public let pckCRL: RevocationList
    public let options: VerificationOptions
    let validities: [CollateralPart: Validity]
    /// The CA whose certificates `pckCRL` is about.
    let pckAuthority: PlatformCertificate
    let pckCertificateChain: String?

    /// Verifies all of `collateral` but its dates.
    ///
    /// It trusts Intel's root alone unless told otherwise.
    public init(
        verifying collateral: Collateral, roots: Set<TrustedRoot> = [.intel], options: VerificationOptions = .strict
    ) throws(VerificationFailure) {
        let chains = try CollateralChains(collateral)
        let (root, trust) = try chains.root(among: roots)
        self.root = trust
        rootCertificate = root
        rootFingerprint = root.fingerprint
        self.options = options
        pckCertificateChain = collateral.pckCertificateChain
        rootCRL = try Self.list(collateral.rootCRL, .rootCRL, by: root)
        let authority = try Self.authority(chains.pckCRLIssuer, root, rootCRL)
        pckAuthority = authority
        pckCRL = try Self.list(collateral.pckCRL, .pckCRL, by: authority)
        let signers = DocumentSigners(root: root, revoked: rootCRL, options: options)
        let tcbSigner = try signers.check(collateral.tcbInfo, .tcbInfo, chains.tcbInfoIssuer, .tcbInfoIssuerChain)
        let qeSigner = try signers.check(collateral.qeIdentity, .qeIdentity, chains.qeIdentityIssuer, .qeIdentityIssuerChain)
        do {
            tcbInfo = try TCBInfo(parsing: collateral.tcbInfo.text, options: options)
            qeIdentity = try QEIdentity(parsing: collateral.qeIdentity.text)
        } catch {
            throw .collateral(error)
        }
        validities = [
            .rootCRL: Validity(from: rootCRL.thisUpdate, until: rootCRL.nextUpdate),
            .pckCRL: Validity(from: pckCRL.thisUpdate, until: pckCRL.nextUpdate),
            .pckCRLIssuerChain: Validity(ofAll: [authority, root]),
            .tcbInfo: Validity(from: tcbInfo.issueDate, until: tcbInfo.nextUpdate), .tcbInfoIssuerChain: tcbSigner,
            .qeIdentity: Validity(from: qeIdentity.issueDate, until: qeIdentity.nextUpdate), .qeIdentityIssuerChain: qeSigner,
        ]
    }

    /// The dates of the collateral alone.
    public var dates: CollateralDates { CollateralDates(validities: validities) }

    /// The CA of the PCK CRL: issued by the root, allowed to revoke, not revoked itself.
    private static func authority(
        _ chain: [PlatformCertificate], _ root: PlatformCertificate, _ rootCRL: RevocationList
    ) throws(VerificationFailure) -> PlatformCertificate {
        let part = CollateralPart.pckCRLIssuerChain.rawValue
        guard let authority = chain.first, !authority.isSelfIssued else {
            throw .chain(part: part, problem: "the chain does not begin with a PCK CA")
        }
        try CertificateChain.check(authority, issuedBy: root, authoritiesBelow: 0, part: part)
        for other in chain.dropFirst() { try CertificateChain.requireTrusted(other, root, part: part) }
        guard !rootCRL.revokes(authority) else {
            throw .revoked(part: "PCK CA \"\(authority.name)\"", serialNumber: authority.serialNumber)
        }
        return authority
    }

    private static func list(
        _ bytes: [UInt8], _ part: CollateralPart, by issuer: PlatformCertificate
    ) throws(VerificationFailure) -> RevocationList {
        let part = part.rawValue
        let list: RevocationList
        do { list = try RevocationList(parsing: bytes) } catch { throw .certificate(part: part, error) }
        guard list.issuer == issuer.subject else {
            throw .chain(part: part, problem: "it was issued by \"\(list.issuerName)\", not by \"\(issuer.name)\"")
        }
        guard issuer.authority?.mayRevoke == true else {
            throw .chain(part: part, problem: "\"\(issuer.name)\" may not issue revocation lists")
        }
        guard list.isSigned(by: issuer) else { throw .signature(part: part, signer: "\"\(issuer.name)\"") }
        return list
    }
}
