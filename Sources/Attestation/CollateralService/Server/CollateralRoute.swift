import Attestation

/// What a client of the cache server asks for, read from path and query as Intel's quote provider library writes them.
struct CollateralRoute: Equatable, Sendable {
    /// In which form a revocation list goes out.
    enum Encoding: String, Sendable {
        case hexadecimal
        case der
        case pem
    }

    /// Why a path and query are no route.
    enum Failure: Error {
        case unknownPath
        case badParameter(String)
    }

    let request: CollateralRequest
    let version: Int
    let encoding: Encoding

    private static let intelRootList = "certificates.trustedservices.intel.com/IntelSGXRootCA"

    /// Reads `/sgx/certification/v4/tcb` and its like; every parameter may come once.
    init(path: String, query: String) throws(Failure) {
        let parts = path.split(separator: "/")
        guard parts.count >= 4, parts[1] == "certification", let tee = TEE(rawValue: String(parts[0])),
            let version = [3, 4].first(where: { parts[2] == "v\($0)" })
        else { throw .unknownPath }
        let parameters = try Self.parameters(query)
        self.version = version
        (request, encoding) = try Self.request(tee, parts[3...].joined(separator: "/"), parameters)
        guard tee == .sgx || version >= 4 else { throw .unknownPath }
    }

    private static func request(
        _ tee: TEE, _ path: String, _ parameters: [String: String]
    ) throws(Failure) -> (CollateralRequest, Encoding) {
        switch (tee, path) {
        case (_, "tcb"): return (.tcbInfo(tee, fmspc: try hex(parameters, "fmspc", 6), try update(parameters)), .der)
        case (.sgx, "qe/identity"): return (.identity(.quotingEnclave, try update(parameters)), .der)
        case (.tdx, "qe/identity"): return (.identity(.tdQuotingEnclave, try update(parameters)), .der)
        case (.sgx, "qve/identity"): return (.identity(.quoteVerificationEnclave, try update(parameters)), .der)
        case (.sgx, "qae/identity"): return (.identity(.quoteAppraisalEnclave, try update(parameters)), .der)
        case (_, "tcbevaluationdatanumbers"): return (.evaluationNumbers(tee), .der)
        case (.sgx, "rootcacrl"): return (.rootCRL, .hexadecimal)
        case (.sgx, "pckcrl"):
            guard let authority = PCKAuthority(rawValue: parameters["ca"]?.lowercased() ?? "") else { throw .badParameter("ca") }
            return (.pckCRL(authority), try encoding(parameters))
        case (.sgx, "crl"): return try list(at: parameters["uri"] ?? "")
        case (.sgx, "pckcert"): return (.pckCertificate(try pckCertificate(parameters)), .pem)
        default: throw .unknownPath
        }
    }

    /// Lists by the address that certificates name as their distribution point.
    private static func list(at uri: String) throws(Failure) -> (CollateralRequest, Encoding) {
        let address = uri.drop { $0 != ":" }.dropFirst(3)
        if address.hasPrefix(intelRootList) { return (.rootCRL, .der) }
        let parts = address.split(separator: "?", maxSplits: 1)
        guard parts.count == 2, parts[0].hasPrefix("api.trustedservices.intel.com/sgx/certification/v"),
            parts[0].hasSuffix("/pckcrl"),
            let authority = PCKAuthority(rawValue: try parameters(String(parts[1]))["ca"] ?? "")
        else { throw .badParameter("uri") }
        return (.pckCRL(authority), .der)
    }

    private static func pckCertificate(_ parameters: [String: String]) throws(Failure) -> PCKCertificateQuery {
        func optional(_ name: String) throws(Failure) -> [UInt8]? {
            guard let text = parameters[name] else { return nil }
            guard let bytes = Hex.bytes(text) else { throw .badParameter(name) }
            return bytes
        }
        let query = PCKCertificateQuery(
            encryptedPPID: try optional("encrypted_ppid"), quotingEnclaveID: try optional("qeid"),
            cpuSVN: try hex(parameters, "cpusvn", 16), pceSVN: try hex(parameters, "pcesvn", 2),
            pceID: try hex(parameters, "pceid", 2))
        guard let query else { throw .badParameter("encrypted_ppid") }
        return query
    }

    private static func update(_ parameters: [String: String]) throws(Failure) -> TCBUpdate {
        switch (parameters["update"], parameters["tcbEvaluationDataNumber"]) {
        case (nil, nil): return .standard
        case (let name?, nil):
            guard let update = TCBUpdate(name), update == .standard || update == .early else { throw .badParameter("update") }
            return update
        case (nil, let number?):
            guard let update = TCBUpdate(number), case .evaluationNumber = update else {
                throw .badParameter("tcbEvaluationDataNumber")
            }
            return update
        case (_?, _?): throw .badParameter("update")
        }
    }

    private static func encoding(_ parameters: [String: String]) throws(Failure) -> Encoding {
        guard let name = parameters["encoding"] else { return .hexadecimal }
        guard let encoding = Encoding(rawValue: name), encoding != .hexadecimal else { throw .badParameter("encoding") }
        return encoding
    }

    private static func hex(_ parameters: [String: String], _ name: String, _ count: Int) throws(Failure) -> [UInt8] {
        guard let bytes = parameters[name].flatMap(Hex.bytes), bytes.count == count else { throw .badParameter(name) }
        return bytes
    }

    private static func parameters(_ query: String) throws(Failure) -> [String: String] {
        var result: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = PercentEncoding.decoded(String(parts[0])),
                let value = PercentEncoding.decoded(String(parts[1])), result.updateValue(value, forKey: name) == nil
            else { throw .badParameter(String(parts[0].prefix(32))) }
        }
        return result
    }
}
