/// Why the quoting service cannot serve on its socket.
public enum QuotingServerError: Error, Sendable, CustomStringConvertible {
    case pathTooLong(String)
    case busy(String)
    case notASocket(String)
    case unknownGroup(String)
    case ownUpstream(String)
    case noUpstream(String, why: String)
    case noFolder(String)
    case system(operation: String, path: String, code: Int32)

    public var description: String {
        switch self {
        case .pathTooLong(let path): "the socket path \(path) is longer than 107 bytes: choose a shorter one with --socket"
        case .busy(let path): "another quoting service serves \(path): stop it, or choose another path with --socket"
        case .notASocket(let path): "\(path) exists and is not a socket: remove it, or choose another path with --socket"
        case .unknownGroup(let name): "there is no group \(name): make it, or name another with --group"
        case .ownUpstream(let path): "--upstream \(path) is the socket that is to be served: the service would ask itself"
        case .noUpstream(let path, let why):
            "nothing can be forwarded to --upstream \(path): \(why): start the service that serves it, or name its socket"
        case .noFolder(let path): "the folder of \(path) does not exist: make it, or choose another path with --socket"
        case .system(let operation, let path, let code): "cannot \(operation) \(path): \(SystemError.text(code))"
        }
    }
}
