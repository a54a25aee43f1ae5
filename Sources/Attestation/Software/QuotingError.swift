public import SGX

/// Why the software quoting enclave makes no quote.
public enum QuotingError: Error, Equatable, Sendable, CustomStringConvertible {
    case report(SGXError)
    /// The MAC does not hold: another machine or another CPU made it, for another target, or it was changed.
    case foreignReport
    case key(KeyError)
    case cryptography(String)

    public var description: String {
        switch self {
        case .report(let error): "not a REPORT: \(error)"
        case .foreignReport:
            "the REPORT's MAC does not hold: it was not made on this machine for the quoting enclave's target info, or it was changed"
        case .key(let error): "cannot derive the report key: \(error)"
        case .cryptography(let what): "cannot \(what)"
        }
    }
}
