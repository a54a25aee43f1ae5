@testable import Attestation

/// Everything of the verifier that reads foreign bytes, for the replay of a corpus.
enum AttestationParsers {
    /// In the order of the first byte of an input.
    enum Parser: UInt8, CaseIterable {
        case quote
        case certificate
        case document
        case revocationList
        case evidenceCertificate
        /// Claims and endorsements, which in a certificate lie behind a hash.
        case evidence
    }

    static func read(_ bytes: [UInt8], _ choice: UInt8) {
        switch Parser(rawValue: choice & 7) {
        case .quote: readQuote(bytes)
        case .certificate: readCertificate(bytes)
        case .document: readDocument(String(decoding: bytes, as: UTF8.self))
        case .revocationList: _ = try? RevocationList(parsing: bytes)
        case .evidenceCertificate: readEvidenceCertificate(bytes)
        case .evidence: readEvidence(bytes)
        case nil: break
        }
    }

    private static func readEvidenceCertificate(_ bytes: [UInt8]) {
        guard let certificate = try? EvidenceCertificate(file: bytes) else { return }
        precondition(certificate.publicKeyInfo.count < certificate.der.count && certificate.keyFingerprint.count == 32)
        guard let key = try? AttestedKey(certificate, possession: .notShown) else { return }
        precondition((try? Quote(parsing: key.quote))?.bytes == key.quote)
    }

    private static func readEvidence(_ bytes: [UInt8]) {
        if let evidence = try? InteroperableEvidence(parsing: bytes) {
            precondition(evidence.quote.count + evidence.claims.count < bytes.count)
            _ = try? PublicKeyClaims(parsing: evidence.claims)
        }
        if let claims = try? PublicKeyClaims(parsing: bytes) { precondition(claims.keyHash.count < bytes.count) }
        _ = Collateral(endorsements: bytes)
    }

    /// What is taken for a quote comes back byte for byte.
    private static func readQuote(_ bytes: [UInt8]) {
        for options in [VerificationOptions.dcapQvl, .intelLibrary] { _ = try? Quote(parsing: bytes, options: options) }
        guard let quote = try? Quote(parsing: bytes) else { return }
        precondition(quote.bytes == bytes)
        _ = try? PlatformCertificate.chain(pem: quote.signatureData.certification.bytes)
    }

    private static func readCertificate(_ bytes: [UInt8]) {
        _ = try? PCKExtension(parsing: bytes)
        _ = try? PlatformCertificate.chain(pem: bytes)
        guard let certificate = try? PlatformCertificate(der: bytes) else { return }
        precondition(certificate.der == bytes && certificate.publicKey.count == 64)
        _ = certificate.name
        _ = try? PCKExtension(certificate: certificate)
    }

    private static func readDocument(_ text: String) {
        for options in [VerificationOptions.strict, .dcapQvl, .intelLibrary] { _ = try? TCBInfo(parsing: text, options: options) }
        _ = try? QEIdentity(parsing: text)
        _ = try? SignedDocument(envelope: Array(text.utf8), member: "tcbInfo")
        if let collateral = try? Collateral(json: Array(text.utf8)) {
            _ = try? VerifiedCollateral(verifying: collateral)
        }
    }
}
