import Attestation
import Foundation

/// Changes one part of a collateral.
enum CollateralMutation {
    static func change(
        _ base: Collateral, other: Collateral, using random: inout SeededGenerator
    ) -> (String, Collateral) {
        func text(_ text: String) -> (String, String) {
            let (change, bytes) = ByteMutation.change(Array(text.utf8), using: &random)
            return (change, String(decoding: bytes, as: UTF8.self))
        }
        switch random.below(11) {
        case 0:
            let (change, text) = text(base.tcbInfo.text)
            return ("TCB Info: \(change)", base.with(tcbInfo: SignedDocument(text: text, signature: base.tcbInfo.signature)))
        case 1:
            let (change, text) = text(base.qeIdentity.text)
            return (
                "QE Identity: \(change)", base.with(qeIdentity: SignedDocument(text: text, signature: base.qeIdentity.signature))
            )
        case 2:
            let (change, signature) = bit(base.tcbInfo.signature, using: &random)
            return (
                "TCB Info signature: \(change)", base.with(tcbInfo: SignedDocument(text: base.tcbInfo.text, signature: signature))
            )
        case 3:
            let (change, list) = ByteMutation.change(base.rootCRL, using: &random)
            return ("root CRL: \(change)", base.with(rootCRL: list))
        case 4:
            let (change, list) = ByteMutation.change(base.pckCRL, using: &random)
            return ("PCK CRL: \(change)", base.with(pckCRL: list))
        case 5:
            let (change, chain) = text(base.tcbInfoIssuerChain)
            return ("TCB Info issuer chain: \(change)", base.with(tcbInfoIssuerChain: chain))
        case 6:
            let (change, chain) = text(base.pckCRLIssuerChain)
            return ("PCK CRL issuer chain: \(change)", base.with(pckCRLIssuerChain: chain))
        case 7: return ("TCB Info of another collateral", base.with(tcbInfo: other.tcbInfo))
        case 8: return ("QE Identity of another collateral", base.with(qeIdentity: other.qeIdentity))
        case 9: return ("CRLs of another collateral", base.with(rootCRL: other.rootCRL, pckCRL: other.pckCRL))
        default:
            return (
                "issuer chains of another collateral",
                base.with(
                    tcbInfoIssuerChain: other.tcbInfoIssuerChain, qeIdentityIssuerChain: other.qeIdentityIssuerChain)
            )
        }
    }

    private static func bit(_ bytes: [UInt8], using random: inout SeededGenerator) -> (String, [UInt8]) {
        var bytes = bytes
        let offset = random.below(bytes.count)
        bytes[offset] ^= 1 << UInt8(random.below(8))
        return ("bit at \(offset)", bytes)
    }
}
