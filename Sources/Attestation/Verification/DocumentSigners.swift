/// Checks who signed a document: someone whom the root itself has certified and not revoked.
struct DocumentSigners {
    let root: PlatformCertificate
    let revoked: RevocationList
    let options: VerificationOptions

    /// Believes `document` when its bytes, as they came, are what the leaf of `chain` signed; returns when that chain holds.
    func check(
        _ document: SignedDocument, _ part: CollateralPart, _ chain: [PlatformCertificate], _ chainPart: CollateralPart
    ) throws(VerificationFailure) -> Validity {
        let chain = try CertificateChain(chain, part: chainPart, root: root, options: options)
        guard chain.leaf.authority == nil else {
            throw .chain(part: chainPart.rawValue, problem: "the first certificate is a CA, not a signer")
        }
        guard chain.authorities.isEmpty else {
            throw .chain(part: chainPart.rawValue, problem: "the signer is not issued by the root itself")
        }
        guard !revoked.revokes(chain.leaf) else {
            throw .revoked(
                part: "\(chainPart.rawValue): certificate \"\(chain.leaf.name)\"", serialNumber: chain.leaf.serialNumber)
        }
        guard Verifier.isSigned(Array(document.text.utf8), document.signature, by: chain.leaf.key) else {
            throw .signature(part: part.rawValue, signer: "\"\(chain.leaf.name)\"")
        }
        return chain.validity
    }
}
