import Attestation
import Testing

/// The changes that the stored mutants describe.
enum Mutation {
    static func quote(_ base: [UInt8], _ mutant: [String: Any]) -> [UInt8] {
        var bytes = base
        let offset = mutant["offset"] as? Int ?? 0
        let text = Hex.bytes(mutant["hex"] as? String ?? "") ?? []
        switch mutant["op"] as? String {
        case "xor": bytes[offset] ^= UInt8(mutant["mask"] as? Int ?? 0)
        case "truncate": bytes = Array(bytes.prefix(mutant["length"] as? Int ?? 0))
        case "append": bytes += text
        case "append_repeat": for _ in 0..<(mutant["count"] as? Int ?? 0) { bytes += text }
        case "zero": for index in 0..<(mutant["length"] as? Int ?? 0) { bytes[offset + index] = 0 }
        case "replace": bytes.replaceSubrange(offset..<offset + text.count, with: text)
        case let other: Issue.record("unknown operation \(other ?? "none")")
        }
        return bytes
    }

    /// The stored mutants of collateral have names that say what was done.
    static func collateral(_ base: Collateral, _ name: String) -> Collateral {
        let info = base.tcbInfo
        let identity = base.qeIdentity
        switch name {
        case "tcb_info.status_flip": return base.with(tcbInfo: changed(info, "OutOfDate", "UpToDate"))
        case "tcb_info.fmspc": return base.with(tcbInfo: changed(info, "\"fmspc\":\"", "\"fmspc\":\"1"))
        case "tcb_info.whitespace_added":
            return base.with(tcbInfo: SignedDocument(text: info.text + " ", signature: info.signature))
        case "tcb_info.nextUpdate": return base.with(tcbInfo: changed(info, "\"nextUpdate\":\"20", "\"nextUpdate\":\"21"))
        case "tcb_info_signature.flip":
            return base.with(tcbInfo: SignedDocument(text: info.text, signature: flipped(info.signature)))
        case "tcb_info_signature.short":
            return base.with(tcbInfo: SignedDocument(text: info.text, signature: Array(info.signature.dropLast())))
        case "qe_identity.isvsvn": return base.with(qeIdentity: changed(identity, "\"isvsvn\":", "\"isvsvn\":1"))
        case "qe_identity_signature.flip":
            return base.with(qeIdentity: SignedDocument(text: identity.text, signature: flipped(identity.signature)))
        case "pck_crl.flip_mid": return base.with(pckCRL: flipped(base.pckCRL, at: base.pckCRL.count / 2))
        case "pck_crl.empty": return base.with(pckCRL: [])
        case "root_crl.flip_sig": return base.with(rootCRL: flipped(base.rootCRL))
        case "root_crl.replaced_by_pck_crl": return base.with(rootCRL: base.pckCRL)
        case "pck_crl.replaced_by_root_crl": return base.with(pckCRL: base.rootCRL)
        case "tcb_chain.leaf_only": return base.with(tcbInfoIssuerChain: certificates(base.tcbInfoIssuerChain)[0])
        case "tcb_chain.is_pck_chain": return base.with(tcbInfoIssuerChain: base.pckCRLIssuerChain)
        case "tcb_chain.reversed":
            return base.with(tcbInfoIssuerChain: certificates(base.tcbInfoIssuerChain).reversed().joined())
        case "qe_chain.empty": return base.with(qeIdentityIssuerChain: "")
        case "now.zero", "now.2100": return base
        default:
            Issue.record("unknown mutant \(name)")
            return base
        }
    }

    private static func changed(_ document: SignedDocument, _ text: String, _ replacement: String) -> SignedDocument {
        #expect(document.text.contains(text))
        return SignedDocument(
            text: document.text.replacing(text, with: replacement, maxReplacements: 1), signature: document.signature)
    }

    private static func flipped(_ bytes: [UInt8], at offset: Int? = nil) -> [UInt8] {
        var bytes = bytes
        bytes[offset ?? bytes.count - 1] ^= 1
        return bytes
    }

    private static func certificates(_ pem: String) -> [String] {
        let end = "-----END CERTIFICATE-----"
        return pem.split(separator: end).filter { $0.contains("BEGIN") }.map { $0.drop { $0.isNewline } + end + "\n" }
    }
}

extension Collateral {
    /// The same with one part exchanged.
    func with(
        pckCRLIssuerChain: String? = nil, rootCRL: [UInt8]? = nil, pckCRL: [UInt8]? = nil, tcbInfoIssuerChain: String? = nil,
        tcbInfo: SignedDocument? = nil, qeIdentityIssuerChain: String? = nil, qeIdentity: SignedDocument? = nil,
        pckCertificateChain: String? = nil
    ) -> Collateral {
        Collateral(
            pckCRLIssuerChain: pckCRLIssuerChain ?? self.pckCRLIssuerChain, rootCRL: rootCRL ?? self.rootCRL,
            pckCRL: pckCRL ?? self.pckCRL, tcbInfoIssuerChain: tcbInfoIssuerChain ?? self.tcbInfoIssuerChain,
            tcbInfo: tcbInfo ?? self.tcbInfo, qeIdentityIssuerChain: qeIdentityIssuerChain ?? self.qeIdentityIssuerChain,
            qeIdentity: qeIdentity ?? self.qeIdentity, pckCertificateChain: pckCertificateChain ?? self.pckCertificateChain)
    }
}
