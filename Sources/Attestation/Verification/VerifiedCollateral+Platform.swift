extension VerifiedCollateral {
    /// Verifies the PCK certificate of a quote's platform; a quote that carries none takes the collateral's.
    public func platform(of quote: Quote) throws(VerificationFailure) -> VerifiedPlatform {
        let certification = quote.signatureData.certification
        let chain = try EmbeddedChain(certification, supplied: pckCertificateChain, options: options.embeddedChain)
        let leaf = chain.leaf
        guard leaf.authority == nil else { throw .chain(part: Self.part, problem: "the first certificate is a CA, not a leaf") }
        let authority = try authority(chain.authority)
        if let root = chain.root, root != rootCertificate {
            try CertificateChain.requireTrusted(root, rootCertificate, part: Self.part)
        }
        try CertificateChain.check(leaf, issuedBy: authority, authoritiesBelow: 0, part: Self.part)
        guard !pckCRL.revokes(leaf) else {
            throw .revoked(part: "PCK certificate \"\(leaf.name)\"", serialNumber: leaf.serialNumber)
        }
        return VerifiedPlatform(
            facts: try facts(leaf), certificate: leaf, validity: Validity(ofAll: [leaf, authority, chain.root ?? rootCertificate]),
            certification: certification)
    }

    private static var part: String { CollateralPart.pckChain.rawValue }

    /// The quote's CA must be the one of the PCK CRL; Intel's Processor CA exists in two certificates of one key and name.
    private func authority(_ own: PlatformCertificate?) throws(VerificationFailure) -> PlatformCertificate {
        guard let own, own != pckAuthority else { return pckAuthority }
        guard own.isSameAuthority(as: pckAuthority) else {
            throw .chain(
                part: CollateralPart.pckCRL.rawValue,
                problem: "it is of \"\(pckAuthority.name)\", but \"\(own.name)\" issued the PCK certificate")
        }
        try CertificateChain.check(own, issuedBy: rootCertificate, authoritiesBelow: 0, part: Self.part)
        guard !rootCRL.revokes(own) else {
            throw .revoked(part: "PCK CA \"\(own.name)\"", serialNumber: own.serialNumber)
        }
        return own
    }

    private func facts(_ leaf: PlatformCertificate) throws(VerificationFailure) -> PCKExtension {
        let facts: PCKExtension
        do { facts = try PCKExtension(certificate: leaf) } catch { throw .certificate(part: "PCK certificate", error) }
        guard facts.fmspc == tcbInfo.fmspc else {
            throw .mismatch(
                field: "FMSPC of the TCB Info", expected: Hex.text(facts.fmspc), actual: Hex.text(tcbInfo.fmspc))
        }
        guard options.provisioningEnclaveID == .ignore || facts.pceID == tcbInfo.pceID else {
            throw .mismatch(
                field: "PCEID of the TCB Info", expected: Hex.text(facts.pceID), actual: Hex.text(tcbInfo.pceID))
        }
        return facts
    }
}
