/// One piece of collateral with the chain of who signed it, as a service delivers both.
public struct CollateralItem: Equatable, Sendable {
    /// What the bytes are, which decides how they are checked.
    public enum Kind: Hashable, Sendable {
        /// DER, signed by the root itself.
        case rootCRL
        /// DER, signed by a PCK CA.
        case pckCRL
        /// A JSON envelope whose named member is signed by a TCB signer.
        case document(member: String)
        /// PEM, issued by a PCK CA.
        case pckCertificate
    }

    public let kind: Kind
    public let content: [UInt8]
    /// PEM; the signer first, the root last.
    public let issuerChain: String

    public init(kind: Kind, content: [UInt8], issuerChain: String) {
        self.kind = kind
        self.content = content
        self.issuerChain = issuerChain
    }
}
