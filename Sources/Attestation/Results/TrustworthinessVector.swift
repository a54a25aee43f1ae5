/// What a verifier thinks of eight sides of an attester, in the numbers of AR4SI (draft-ietf-rats-ar4si, section 2.3).
///
/// Only claims that something was said about are written; the others count as none.
public struct TrustworthinessVector: Equatable, Sendable {
    /// A side of the attester, by its name in tokens.
    public enum Claim: String, CaseIterable, Sendable {
        case instanceIdentity = "instance-identity"
        case configuration
        case executables
        case fileSystem = "file-system"
        case hardware
        case runtimeOpaque = "runtime-opaque"
        case storageOpaque = "storage-opaque"
        case sourcedData = "sourced-data"
    }

    public private(set) var values: [Claim: Int8]

    public init(_ values: [Claim: Int8]) { self.values = values }

    /// The worst tier among the claims.
    public var tier: TrustTier { values.values.map(TrustTier.init).max() ?? .none }

    var json: String {
        JSONText.object(Claim.allCases.compactMap { claim in values[claim].map { (claim.rawValue, String($0)) } })
    }
}
