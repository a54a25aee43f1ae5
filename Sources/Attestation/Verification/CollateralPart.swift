/// A piece of what a verdict rests on that its issuer has dated.
public enum CollateralPart: String, CaseIterable, Sendable {
    case rootCRL = "root CA CRL"
    case pckCRL = "PCK CRL"
    case pckCRLIssuerChain = "PCK CRL issuer chain"
    case tcbInfo = "TCB Info"
    case tcbInfoIssuerChain = "TCB Info issuer chain"
    case qeIdentity = "QE Identity"
    case qeIdentityIssuerChain = "QE Identity issuer chain"
    case pckChain = "PCK chain"

    /// Issued anew every few weeks, unlike certificates.
    var isDocument: Bool {
        switch self {
        case .rootCRL, .pckCRL, .tcbInfo, .qeIdentity: true
        case .pckCRLIssuerChain, .tcbInfoIssuerChain, .qeIdentityIssuerChain, .pckChain: false
        }
    }

    var isRevocationList: Bool { self == .rootCRL || self == .pckCRL }
}
