/// The two revocation lists of a verdict: the root's for CAs and signers, the PCK CA's for the platform's own certificate.
///
/// The PCK CA's list is judged with the CA in the quote's chain: Intel's Processor CA exists in two certificates of one key and name,
/// so the chain that comes with the list says nothing more.
struct Revocation {
    let issued: Timestamp
    let expires: Timestamp
    private let rootList: RevocationList

    init(collateral: Collateral, pckChain: CertificateChain, at now: Timestamp) throws(VerificationFailure) {
        guard let authority = pckChain.authorities.first, pckChain.authorities.count == 1 else {
            throw .chain(
                part: "PCK chain", problem: "expected leaf, PCK CA and root, found \(pckChain.authorities.count) CAs between")
        }
        rootList = try Self.list(collateral.rootCRL, "root CA CRL", by: pckChain.root, at: now)
        let pckList = try Self.list(collateral.pckCRL, "PCK CRL", by: authority, at: now)
        issued = min(rootList.thisUpdate, pckList.thisUpdate)
        expires = min(rootList.nextUpdate, pckList.nextUpdate)
        guard !rootList.revokes(authority) else {
            throw .revoked(part: "PCK CA \"\(authority.name)\"", serialNumber: authority.serialNumber)
        }
        guard !pckList.revokes(pckChain.leaf) else {
            throw .revoked(part: "PCK certificate \"\(pckChain.leaf.name)\"", serialNumber: pckChain.leaf.serialNumber)
        }
    }

    func check(signer: PlatformCertificate, part: String) throws(VerificationFailure) {
        guard !rootList.revokes(signer) else {
            throw .revoked(part: "\(part): certificate \"\(signer.name)\"", serialNumber: signer.serialNumber)
        }
    }

    private static func list(
        _ der: [UInt8], _ part: String, by issuer: PlatformCertificate, at now: Timestamp
    ) throws(VerificationFailure) -> RevocationList {
        let list: RevocationList
        do { list = try RevocationList(der: der) } catch { throw .certificate(part: part, error) }
        guard list.issuer == issuer.subject else {
            throw .chain(part: part, problem: "it was issued by \(list.issuer), not by \"\(issuer.name)\"")
        }
        guard issuer.authority?.mayRevoke == true else {
            throw .chain(part: part, problem: "\"\(issuer.name)\" may not issue revocation lists")
        }
        guard list.isSigned(by: issuer) else { throw .signature(part: part, signer: "\"\(issuer.name)\"") }
        try CertificateChain.checkDates(part, list.thisUpdate, list.nextUpdate, at: now)
        return list
    }
}
