import Linux

/// Why a service that speaks AESM's protocol did not give what was asked of it.
package enum AESMFailure: Error, Equatable, Sendable, CustomStringConvertible {
    case system(SystemCallError)
    case refused(AESMOperation, AESMErrorCode)
    case malformed(String)

    package var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .refused(let operation, let code): "it refused \(operation): \(code)"
        case .malformed(let what): "it does not speak AESM's protocol: \(what)"
        }
    }
}
