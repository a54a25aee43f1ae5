public import Attestation
import FoundationEssentials

/// Asks services for collateral, one after the other until one answers; checks form, not signatures.
///
/// `close()` ends its connections; call it before the last reference goes.
public final class CollateralClient: Sendable {
    public let endpoints: [CollateralEndpoint]
    private let transport: HTTPTransport

    /// `patience` is for one question, from the connection to the last byte of the answer.
    public init(endpoints: [CollateralEndpoint], patience: Duration = .seconds(20)) {
        self.endpoints = endpoints
        transport = HTTPTransport(patience: patience)
    }

    public func close() async { await transport.close() }

    /// Asks the endpoints in order; `accept` judges an answer, and the next endpoint is asked when it throws.
    public func item<Value>(
        _ request: CollateralRequest,
        accept: (CollateralItem, CollateralEndpoint) async throws(CollateralServiceError) -> Value
    ) async throws(CollateralServiceError) -> Value {
        try await first(request.name) { (endpoint) async throws(CollateralServiceError) in
            try await accept(try await item(request, at: endpoint), endpoint)
        }
    }

    /// The platform families that Intel knows, as its JSON list; nobody signs it.
    ///
    /// `platform` is `all`, `client`, `E3` or `E5`.
    public func families(platform: String) async throws(CollateralServiceError) -> [UInt8] {
        try await first("list of FMSPCs") { (endpoint) async throws(CollateralServiceError) in
            let url = endpoint.url(tee: .sgx, path: "fmspcs", parameters: [("platform", platform)])
            let answer = try await answer(.get(url), "list of FMSPCs", endpoint, headers: [])
            guard case .array? = try? JSONReader.parse(answer.body) else {
                throw .badAnswer(what: "list of FMSPCs", endpoint: endpoint.name, why: "it is no JSON list")
            }
            return answer.body
        }
    }

    /// What the first endpoint gives that has it; all failures when none does.
    func first<Value>(
        _ what: String, _ ask: (CollateralEndpoint) async throws(CollateralServiceError) -> Value
    ) async throws(CollateralServiceError) -> Value {
        var failures: [CollateralServiceError] = []
        for endpoint in endpoints {
            do { return try await ask(endpoint) } catch { failures.append(error) }
        }
        if failures.count == 1 { throw failures[0] }
        throw .exhausted(what: what, failures)
    }

    func item(_ request: CollateralRequest, at endpoint: CollateralEndpoint) async throws(CollateralServiceError) -> CollateralItem
    {
        // Only PCK certificates need a key.
        let secrets = request.kind == .pckCertificate ? endpoint.secrets : []
        let answer = try await answer(.get(endpoint.url(request)), request.name, endpoint, headers: secrets)
        let chain = try Self.issuerChain(answer, request, endpoint)
        guard request.kind == .rootCRL || request.kind == .pckCRL else {
            return CollateralItem(kind: request.kind, content: answer.body, issuerChain: chain)
        }
        guard let der = RevocationListText.der(answer.body) else {
            throw .badAnswer(what: request.name, endpoint: endpoint.name, why: "it is neither DER nor hexadecimal nor PEM")
        }
        return CollateralItem(kind: request.kind, content: der, issuerChain: chain)
    }

    func answer(
        _ question: HTTPQuestion, _ what: String, _ endpoint: CollateralEndpoint, headers: [(String, String)]
    ) async throws(CollateralServiceError) -> HTTPAnswer {
        let answer = try await transport.ask(question, headers: headers, endpoint: endpoint)
        guard answer.status == 200 else {
            let warning = answer.headers["warning"].map { $0.prefix(200).filter { !$0.isNewline } }
            throw .refused(what: what, endpoint: endpoint.name, status: answer.status, warning: warning)
        }
        guard !answer.body.isEmpty else { throw .badAnswer(what: what, endpoint: endpoint.name, why: "it is empty") }
        return answer
    }

    /// The chain in the answer's header; the root's own list has none.
    static func issuerChain(
        _ answer: HTTPAnswer, _ request: CollateralRequest, _ endpoint: CollateralEndpoint
    ) throws(CollateralServiceError) -> String {
        guard request.kind != .rootCRL else { return "" }
        let found = request.issuerChainHeaders.compactMap { answer.headers[$0.lowercased()] }.first
        guard let found else {
            throw .badAnswer(
                what: request.name, endpoint: endpoint.name, why: "the header \(request.issuerChainHeaders[0]) is missing")
        }
        guard let chain = PercentEncoding.decoded(found), chain.utf8.count <= 32_768 else {
            throw .badAnswer(what: request.name, endpoint: endpoint.name, why: "its issuer chain is not URL-encoded PEM")
        }
        return chain
    }
}
