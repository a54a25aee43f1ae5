/// Why a verifier's key cannot sign.
public enum VerifierKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(path: String, why: String)
    case exposed(path: String, mode: UInt32)
    case noKey(path: String)
    case signing(String)

    public var description: String {
        switch self {
        case .unreadable(let path, let why): "cannot read the key \(path): \(why)"
        case .exposed(let path, let mode):
            "the key \(path) has mode 0\(String(mode, radix: 8)): others may have read it; make a new one with mode 0600"
        case .noKey(let path):
            "\(path) holds no P-256 key in PEM: make one with openssl ecparam -name prime256v1 -genkey -noout"
        case .signing(let why): "cannot sign the result: \(why)"
        }
    }
}
