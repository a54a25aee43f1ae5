public import Attestation

/// Why a piece of collateral could not be had, in one line that says what to do.
public enum CollateralServiceError: Error, Equatable, Sendable, CustomStringConvertible {
    case badEndpoint(String, why: String)
    case badKeyFile(path: String, why: String)
    case unsupported(what: String, endpoint: String, why: String)
    case unreachable(endpoint: String, why: String)
    /// The service answered with this status and, perhaps, a warning of its own.
    case refused(what: String, endpoint: String, status: Int, warning: String?)
    case badAnswer(what: String, endpoint: String, why: String)
    case unverified(what: String, endpoint: String, VerificationFailure)
    /// Nothing usable is cached, and nobody may be asked.
    case notCached(what: String, directory: String, expired: Timestamp?)
    case cache(operation: String, path: String, why: String)
    case busy(path: String)
    /// Every endpoint failed, in this order.
    case exhausted(what: String, [CollateralServiceError])

    public var description: String {
        switch self {
        case .badEndpoint(let url, let why):
            "\(url) is no collateral service: \(why); write it as https://host:port/sgx/certification/v4/"
        case .badKeyFile(let path, let why): "cannot use the subscription key in \(path): \(why)"
        case .unsupported(let what, let endpoint, let why): "\(endpoint) has no \(what): \(why)"
        case .unreachable(let endpoint, let why):
            "cannot reach \(endpoint): \(why); check the address, the network and the service's TLS certificate"
        case .refused(let what, let endpoint, let status, let warning):
            "\(endpoint) gave no \(what): status \(status)\(warning.map { " (\($0))" } ?? ""), \(Self.meaning(status))"
        case .badAnswer(let what, let endpoint, let why): "the \(what) of \(endpoint) cannot be used: \(why)"
        case .unverified(let what, let endpoint, let failure):
            "the \(what) of \(endpoint) is not believed: \(failure); \(failure.mend)"
        case .notCached(let what, let directory, let expired):
            "the \(what) is \(expired.map { "expired since \($0.iso8601)" } ?? "not") in the cache \(directory): "
                + "fetch it with inclavare collateral fetch, or import a bundle"
        case .cache(let operation, let path, let why): "cannot \(operation) \(path): \(why)"
        case .busy(let path): "another process has been fetching for too long (lock \(path)): look for it, then try again"
        case .exhausted(_, let errors): errors.map(\.description).joined(separator: "; then ")
        }
    }

    private static func meaning(_ status: Int) -> String {
        switch status {
        case 400: "the request is not one it understands: check the service's version"
        case 401, 403: "it wants a subscription key or token: name one with --key-file"
        case 404: "it does not know this platform: check the FMSPC, or wait until the platform is registered"
        case 410: "this evaluation data number is retired: ask for a newer one"
        case 429: "too many requests: wait, or ask through a cache"
        case 461, 462: "the platform is not in its cache: register it there"
        case 500...599: "it is in trouble itself: try again later or another endpoint"
        default: "which is not an answer of such a service"
        }
    }
}
