/// What a client of the quoting service asks: one byte of operation, then its payload.
///
/// A frame on the socket is a u32 length (at most 64 KiB) and the body; a request's body is an operation and, for a quote, a REPORT.
public enum QuotingRequest: Equatable, Sendable {
    public static let maximumByteCount = 64 * 1024
    /// The TARGETINFO of the quoting enclave, for EREPORT.
    case targetInfo
    /// A quote of this REPORT, made for that target.
    case quote(report: [UInt8])

    public init?(body: [UInt8]) {
        switch body.first {
        case 1 where body.count == 1: self = .targetInfo
        case 2 where body.count == 1 + 432: self = .quote(report: Array(body.dropFirst()))
        default: return nil
        }
    }

    public var body: [UInt8] {
        switch self {
        case .targetInfo: [1]
        case .quote(let report): [2] + report
        }
    }
}
