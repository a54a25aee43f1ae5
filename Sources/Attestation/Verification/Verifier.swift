import Crypto

/// Judges whether a quote is genuine: signatures, chains, revocation, dates, identity of the quoting enclave, platform level.
///
/// Fails closed: what is missing, expired, unknown or left over is an error that names it. It trusts Intel's root alone unless told
/// otherwise. The platform's level comes from the PCK certificate, never from the CPUSVN of the quote.
public struct Verifier: Sendable {
    public let roots: Set<TrustedRoot>
    /// TCB Info version 2 is of Intel's retired API; some caches still serve it.
    public let acceptsTCBInfoVersion2: Bool

    public init(roots: Set<TrustedRoot> = [.intel], acceptsTCBInfoVersion2: Bool = false) {
        self.roots = roots
        self.acceptsTCBInfoVersion2 = acceptsTCBInfoVersion2
    }

    public func verify(quote bytes: [UInt8], collateral: Collateral, at now: Timestamp) throws(VerificationFailure)
        -> VerifiedQuote
    {
        let quote: Quote
        do { quote = try Quote(parsing: bytes) } catch { throw .quote(error) }
        return try verify(quote: quote, collateral: collateral, at: now)
    }

    public func verify(quote: Quote, collateral: Collateral, at now: Timestamp) throws(VerificationFailure) -> VerifiedQuote {
        let chain = try CertificateChain(
            Self.certificates(quote.signatureData.certificationData, "PCK chain"), part: "PCK chain", at: now)
        let trust = try trust(in: chain.root)
        let revocation = try Revocation(collateral: collateral, pckChain: chain, at: now)
        let tcbInfo = try tcbInfo(collateral, chain.root, revocation, at: now)
        let identity = try qeIdentity(collateral, chain.root, revocation, at: now)
        let platform = try platform(chain.leaf, tcbInfo)
        let quotingEnclave = try QuotingEnclaveCheck(quote: quote, pck: chain.leaf, identity: identity).level()
        try checkSignature(of: quote)
        let advisories = Set(platform.advisories + quotingEnclave.advisories).sorted()
        return VerifiedQuote(
            claims: Claims(quote.body), root: trust, rootName: chain.root.name, rootFingerprint: chain.root.fingerprint,
            status: platform.status.merged(withQuotingEnclave: quotingEnclave.status), platformStatus: platform.status,
            quotingEnclaveStatus: quotingEnclave.status, advisories: advisories, fmspc: tcbInfo.fmspc,
            tcbDate: platform.date, evaluationNumber: tcbInfo.evaluationNumber,
            collateralIssued: min(tcbInfo.issueDate, identity.issueDate, revocation.issued),
            collateralExpires: min(tcbInfo.nextUpdate, identity.nextUpdate, revocation.expires), judgedAt: now)
    }

    static func certificates(_ pem: [UInt8], _ part: String) throws(VerificationFailure) -> [PlatformCertificate] {
        do { return try PlatformCertificate.chain(pem: pem) } catch { throw .certificate(part: part, error) }
    }

    private func trust(in root: PlatformCertificate) throws(VerificationFailure) -> TrustedRoot {
        guard let trust = roots.first(where: { $0.matches(root) }) else {
            throw .untrustedRoot(
                subject: root.name, fingerprint: root.fingerprint, simulation: root.name == SoftwareRoot.commonName)
        }
        return trust
    }

    private func tcbInfo(
        _ collateral: Collateral, _ root: PlatformCertificate, _ revocation: Revocation, at now: Timestamp
    ) throws(VerificationFailure) -> TCBInfo {
        try checkSigned(collateral.tcbInfo, collateral.tcbInfoIssuerChain, "TCB Info", root, revocation, at: now)
        let info: TCBInfo
        do {
            info = try TCBInfo(parsing: collateral.tcbInfo.text, acceptVersion2: acceptsTCBInfoVersion2)
        } catch {
            throw .collateral(error)
        }
        try CertificateChain.checkDates("TCB Info", info.issueDate, info.nextUpdate, at: now)
        return info
    }

    private func qeIdentity(
        _ collateral: Collateral, _ root: PlatformCertificate, _ revocation: Revocation, at now: Timestamp
    ) throws(VerificationFailure) -> QEIdentity {
        try checkSigned(collateral.qeIdentity, collateral.qeIdentityIssuerChain, "QE Identity", root, revocation, at: now)
        let identity: QEIdentity
        do { identity = try QEIdentity(parsing: collateral.qeIdentity.text) } catch { throw .collateral(error) }
        try CertificateChain.checkDates("QE Identity", identity.issueDate, identity.nextUpdate, at: now)
        return identity
    }

    /// A signed body is believed when its signer's chain ends in the quote's root and its bytes, as they came, are what was signed.
    private func checkSigned(
        _ document: SignedDocument, _ chain: String, _ part: String, _ root: PlatformCertificate,
        _ revocation: Revocation, at now: Timestamp
    ) throws(VerificationFailure) {
        let issuer = "\(part) issuer chain"
        let chain = try CertificateChain(
            Self.certificates(Array(chain.utf8), issuer), part: issuer, root: root, at: now)
        guard chain.authorities.isEmpty else { throw .chain(part: issuer, problem: "the signer is not issued by the root itself") }
        try revocation.check(signer: chain.leaf, part: issuer)
        guard Self.isSigned(Array(document.text.utf8), document.signature, by: chain.leaf.key) else {
            throw .signature(part: part, signer: "\"\(chain.leaf.name)\"")
        }
    }

    private func platform(_ pck: PlatformCertificate, _ info: TCBInfo) throws(VerificationFailure) -> TCBLevel {
        let facts: PCKExtension
        do { facts = try PCKExtension(certificate: pck) } catch { throw .certificate(part: "PCK certificate", error) }
        guard facts.fmspc == info.fmspc else {
            throw .mismatch(
                field: "FMSPC of the TCB Info", expected: Hex.text(facts.fmspc), actual: Hex.text(info.fmspc))
        }
        guard facts.pceID == info.pceID else {
            throw .mismatch(field: "PCEID of the TCB Info", expected: Hex.text(facts.pceID), actual: Hex.text(info.pceID))
        }
        guard let level = info.level(components: facts.components, pceSVN: facts.pceSVN) else {
            throw .noLevel(part: "TCB Info", version: "the platform (\(Hex.text(facts.components)), PCE \(facts.pceSVN))")
        }
        return level
    }

    private func checkSignature(of quote: Quote) throws(VerificationFailure) {
        guard let key = try? P256.Signing.PublicKey(rawRepresentation: quote.signatureData.attestationKey),
            Self.isSigned(quote.signedBytes, quote.signatureData.signature, by: key)
        else { throw .signature(part: "the quote", signer: "the attestation key") }
    }

    /// ECDSA over SHA-256; a signature is r‖s, and both s and n − s are valid.
    static func isSigned(_ bytes: [UInt8], _ signature: [UInt8], by key: P256.Signing.PublicKey) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}
