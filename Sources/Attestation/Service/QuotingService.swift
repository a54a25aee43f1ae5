import SGX

/// Answers the requests of one client after the other; a pure function of the request but for the random part of a signature.
public struct QuotingService {
    private let enclave: SoftwareQuotingEnclave

    public init(enclave: SoftwareQuotingEnclave) { self.enclave = enclave }

    /// The body of the response to a request's body.
    public func answer(_ body: [UInt8]) -> [UInt8] { respond(body).body }

    private func respond(_ body: [UInt8]) -> QuotingResponse {
        switch QuotingRequest(body: body) {
        case nil:
            return .badRequest(
                "unknown request of \(body.count) bytes; 1 asks for the target info, 2 and a REPORT of 432 bytes for a quote")
        case .targetInfo: return .success(enclave.targetInfo.bytes)
        case .quote(let report):
            do {
                return .success(try enclave.quote(report: report).bytes)
            } catch {
                switch error {
                case .report, .foreignReport: return .refused(error.description)
                case .key, .cryptography: return .failure(error.description)
                }
            }
        }
    }
}
