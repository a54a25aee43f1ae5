import Attestation
import FoundationEssentials

/// The answer to a route: status, headers and body as a cache of Intel's collateral gives them.
struct ServedAnswer: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(_ item: VerifiedItem, _ route: CollateralRoute) {
        var headers: [(name: String, value: String)] = []
        // The third version has another name for the chain of TCB Info, the last of the two.
        let names = item.request.issuerChainHeaders
        if let name = route.version == 3 ? names.last : names.first {
            headers.append((name, PercentEncoding.encoded(item.item.issuerChain)))
        }
        switch item.item.kind {
        case .document:
            self.init(status: 200, headers: headers + [("Content-Type", "application/json")], body: item.item.content)
        case .pckCertificate:
            let facts = Self.certificateHeaders(item.item) + [("Content-Type", "application/x-pem-file")]
            self.init(status: 200, headers: headers + facts, body: item.item.content)
        case .rootCRL, .pckCRL:
            let (type, body) = Self.list(item.item.content, route.encoding)
            self.init(status: 200, headers: headers + [("Content-Type", type)], body: body)
        }
    }

    init(_ failure: CollateralRoute.Failure) {
        switch failure {
        case .unknownPath: self.init(status: 404, text: "Nothing is served here.")
        case .badParameter(let name): self.init(status: 400, text: "Invalid request parameters: \(name.filter(\.isLetter))")
        }
    }

    init(_ error: CollateralServiceError) {
        switch error {
        case .notCached: self.init(status: 404, text: "No cache data for this platform.")
        case .refused(_, _, let status, _) where [400, 404, 410, 461, 462].contains(status):
            self.init(status: status == 400 ? 404 : status, text: "No cache data for this platform.")
        case .unverified(let what, _, .revoked): self.init(status: 502, text: "The \(what) is revoked.")
        case .busy: self.init(status: 503, text: "Server is currently unable to process the request.")
        case .cache: self.init(status: 500, text: "Internal server error occurred.")
        case .exhausted(_, let errors) where !errors.isEmpty:
            self = errors.map(ServedAnswer.init).first { $0.status == 404 } ?? ServedAnswer(errors[0])
        default: self.init(status: 502, text: "Unable to retrieve the collateral.")
        }
    }

    /// Platforms are registered elsewhere, and whoever tries it here is told so.
    static func noRegistration(at path: String) -> ServedAnswer {
        path.hasSuffix("/platforms")
            ? ServedAnswer(status: 501, text: "Platforms are registered with Intel's registration service, not here.")
            : ServedAnswer(.unknownPath)
    }

    private init(status: Int, text: String) {
        self.init(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }

    private static func list(_ der: [UInt8], _ encoding: CollateralRoute.Encoding) -> (String, [UInt8]) {
        switch encoding {
        case .der: ("application/pkix-crl", der)
        case .hexadecimal: ("text/plain; charset=utf-8", Array(Hex.text(der).utf8))
        case .pem: ("application/x-pem-file", Array(RevocationListText.pem(der).utf8))
        }
    }

    /// What clients learn of the certificate without reading it: TCB level, family and CA.
    private static func certificateHeaders(_ item: CollateralItem) -> [(name: String, value: String)] {
        guard let leaf = try? PlatformCertificate.chain(pem: item.content).first, let facts = try? PCKExtension(certificate: leaf)
        else {
            return []
        }
        let pceSVN = [UInt8(truncatingIfNeeded: facts.pceSVN), UInt8(truncatingIfNeeded: facts.pceSVN >> 8)]
        let issuer = try? PlatformCertificate.chain(pem: Array(item.issuerChain.utf8)).first
        return [
            ("SGX-TCBm", Hex.text(facts.cpuSVN + pceSVN)), ("SGX-FMSPC", Hex.text(facts.fmspc)),
            ("SGX-PCK-Certificate-CA-Type", issuer.flatMap { PCKAuthority(issuerName: $0.name) }?.rawValue ?? "unknown"),
        ]
    }
}
