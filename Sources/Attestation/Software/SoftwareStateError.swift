/// Why the software SGX's attestation state on disk cannot be read, made or trusted.
public enum SoftwareStateError: Error, Sendable, CustomStringConvertible {
    case system(operation: String, path: String, code: Int32)
    case exposed(path: String, why: String)
    case damaged(path: String, why: String)
    case machine(String)
    case cryptography(String)

    public var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "cannot \(operation) \(path): \(SystemError.text(code))\(Self.mend(code))"
        case .exposed(let path, let why):
            "\(path) \(why): only its owner may reach it; chown and chmod it, or remove it to have it made anew"
        case .damaged(let path, let why): "\(path) is damaged: \(why); remove it to have it made anew"
        case .machine(let why): why
        case .cryptography(let what): "cannot \(what)"
        }
    }

    private static func mend(_ code: Int32) -> String {
        code == 13 || code == 1 ? " (run as root, or set INCLAVARE_STATE to a directory of your own)" : ""
    }
}
