/// What the quoting service answers: a status byte, then the bytes asked for or one line of text.
public enum QuotingResponse: Equatable, Sendable {
    case success([UInt8])
    /// The request is not one that the service knows.
    case badRequest(String)
    /// The REPORT is not one that an enclave on this machine made for the quoting enclave.
    case refused(String)
    /// The service could not do it.
    case failure(String)

    public var body: [UInt8] {
        switch self {
        case .success(let bytes): [0] + bytes
        case .badRequest(let text): [1] + Array(text.utf8)
        case .refused(let text): [2] + Array(text.utf8)
        case .failure(let text): [3] + Array(text.utf8)
        }
    }

    public init?(body: [UInt8]) {
        let payload = Array(body.dropFirst())
        let text = String(decoding: payload, as: UTF8.self)
        switch body.first {
        case 0: self = .success(payload)
        case 1: self = .badRequest(text)
        case 2: self = .refused(text)
        case 3: self = .failure(text)
        default: return nil
        }
    }
}
