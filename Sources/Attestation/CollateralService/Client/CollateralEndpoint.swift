import Attestation

/// A service that collateral is asked from: Intel's, or a cache with the same interface.
public struct CollateralEndpoint: Equatable, Sendable {
    /// Who vouches for the service's TLS certificate; what it delivers is checked by itself.
    public enum Trust: Equatable, Sendable {
        /// The system's authorities.
        case system
        /// The certificates in this PEM file alone, whatever host name they carry: caches sign their own.
        case certificates(path: String)
        /// The one certificate with this SHA-256, whatever host name it carries; it has to have signed itself.
        case fingerprint([UInt8])
    }

    /// Intel's service, version 4.
    public static let intel = CollateralEndpoint(
        origin: "https://api.trustedservices.intel.com", version: 4,
        rootCRL: "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der", trust: .system, key: nil)

    /// Scheme, host and port, and a path that the interface is below.
    let origin: String
    /// 3 or 4.
    public let version: Int
    /// Where the root's list is when the service itself does not deliver it.
    let rootCRL: String?
    public let trust: Trust
    let key: SubscriptionKey?

    private init(origin: String, version: Int, rootCRL: String?, trust: Trust, key: SubscriptionKey?) {
        self.origin = origin
        self.version = version
        self.rootCRL = rootCRL
        self.trust = trust
        self.key = key
    }

    /// Reads a URL as quote provider libraries name it, `https://host:port/sgx/certification/v4/`, or `intel` and `intel-v3`.
    ///
    /// Without a path the fourth version is meant. `rootCRL` names where the root's list is, for services that have it elsewhere.
    public init(
        _ url: String, trust: Trust = .system, rootCRL: String? = nil, key: SubscriptionKey? = nil
    ) throws(CollateralServiceError) {
        guard key == nil || !url.hasPrefix("http://") else {
            throw .badEndpoint(url, why: "a subscription key does not go over an unencrypted connection")
        }
        if case .fingerprint = trust, url.hasPrefix("http://") {
            throw .badEndpoint(url, why: "an unencrypted connection has no TLS certificate with a fingerprint")
        }
        let intel = Self.intel
        let (origin, version) =
            switch url {
            case "intel": (intel.origin, 4)
            case "intel-v3": (intel.origin, 3)
            default: try Self.parts(of: url)
            }
        self.init(
            origin: origin, version: version, rootCRL: rootCRL ?? (origin == intel.origin ? intel.rootCRL : nil), trust: trust,
            key: key)
    }

    private static func parts(of url: String) throws(CollateralServiceError) -> (origin: String, version: Int) {
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw .badEndpoint(url, why: "it begins with neither https:// nor http://")
        }
        guard !url.contains(where: { $0.isWhitespace || "?#@".contains($0) || !$0.isASCII }) else {
            throw .badEndpoint(url, why: "it holds a character that an address of a service does not have")
        }
        var text = url[...]
        while text.last == "/" { text.removeLast() }
        var version = 4
        for (candidate, suffix) in [(3, "/sgx/certification/v3"), (4, "/sgx/certification/v4")] where text.hasSuffix(suffix) {
            version = candidate
            text = text.dropLast(suffix.count)
        }
        guard !text.contains("/sgx/"), text.split(separator: "/").count >= 2 else {
            throw .badEndpoint(url, why: "only versions 3 and 4 are known")
        }
        return (String(text), version)
    }

    /// How it is called in errors.
    public var name: String { "\(origin)/sgx/certification/v\(version)/" }

    /// Where `request` is answered.
    func url(_ request: CollateralRequest) throws(CollateralServiceError) -> String {
        if request == .rootCRL, let rootCRL { return rootCRL }
        let onlyVersion4 =
            request.tee == .tdx || request.update != .standard || request.kind == .document(member: "tcbEvaluationDataNumbers")
        guard version >= 4 || !onlyVersion4 else {
            throw .unsupported(
                what: request.name, endpoint: name, why: "version 3 of the interface does not know it; name version 4")
        }
        // Intel's service knows platforms by their PPID alone.
        let parameters = request.parameters.filter { origin != Self.intel.origin || $0.name != "qeid" }
        return url(tee: request.tee, path: request.path, parameters: parameters)
    }

    func url(tee: TEE, path: String, parameters: [(name: String, value: String)]) -> String {
        let query = parameters.map { "\($0.name)=\(PercentEncoding.encoded($0.value))" }.joined(separator: "&")
        return "\(origin)/\(tee.rawValue)/certification/v\(version)/\(path)" + (query.isEmpty ? "" : "?\(query)")
    }

    /// The key as a header, which goes to this service alone.
    var secrets: [(String, String)] { key.map { [("Ocp-Apim-Subscription-Key", $0.text)] } ?? [] }
}
