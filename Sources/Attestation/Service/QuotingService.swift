import AESM

/// Answers AESM's requests, in software or by the service behind this one; a pure function but for the random parts of quotes.
///
/// What clients of EPID and of launch control ask is refused as a service without them does. Sizes are judged as Intel's service
/// judges them, so that its clients meet nothing new.
public struct QuotingService: Sendable {
    private enum Backend: Sendable {
        case software(SoftwareQuoting)
        case upstream
    }

    private let backend: Backend

    public init(enclave: SoftwareQuotingEnclave) { backend = .software(SoftwareQuoting(enclave)) }

    /// Quotes come from another service: what it alone can judge goes there as it came.
    public static var upstream: QuotingService { QuotingService(backend: .upstream) }

    private init(backend: Backend) { self.backend = backend }

    /// What becomes of a request's body.
    package func answer(_ body: [UInt8]) -> QuotingAnswer {
        let request: AESMRequest
        do throws(AESMRequest.DecodingError) {
            request = try AESMRequest(decoding: body)
        } catch {
            return .refuse(error.answer, why: Self.reason(error))
        }
        if case .other(let operation, let dataType) = request {
            return .reply(.refusal(operation, Self.refusal(of: operation, dataType)))
        }
        switch backend {
        case .upstream: return .forward(request.operation)
        case .software(let quoting): return quoting.answer(request)
        }
    }

    /// There is no launch enclave, no white list and no EPID here; registering is of white lists alone.
    private static func refusal(of operation: AESMOperation, _ dataType: UInt32?) -> AESMErrorCode {
        operation == .register && dataType != 0 ? .parameter : .serviceUnavailable
    }

    private static func reason(_ error: AESMRequest.DecodingError) -> String {
        switch error {
        case .unsupported: "no request of AESM's"
        case .incomplete(let operation): "\(operation) lacks a field, or one is not what it has to be"
        }
    }
}
