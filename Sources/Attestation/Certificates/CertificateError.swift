/// Why bytes are not a certificate, a chain or a revocation list that evidence may rest on.
public enum CertificateError: Error, Equatable, Sendable, CustomStringConvertible {
    case notPEM(String)
    case notDER(String)
    case unsupportedKey(String)
    case unsupportedAlgorithm(String)
    case noSGXExtension
    case badSGXExtension(String)

    public var description: String {
        switch self {
        case .notPEM(let why): "not a PEM certificate chain: \(why)"
        case .notDER(let why): "not a DER structure of the expected form: \(why)"
        case .unsupportedKey(let name): "the key of \(name) is not ECDSA P-256"
        case .unsupportedAlgorithm(let what): "\(what) is not signed with ECDSA and SHA-256"
        case .noSGXExtension: "the PCK certificate lacks the SGX extension 1.2.840.113741.1.13.1"
        case .badSGXExtension(let field): "the SGX extension of the PCK certificate has no usable \(field)"
        }
    }
}
