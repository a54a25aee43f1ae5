/// Whose identity is asked for: one of Intel's own enclaves that evidence rests on.
public enum EnclaveIdentityKind: String, CaseIterable, Hashable, Sendable {
    case quotingEnclave = "QE"
    case tdQuotingEnclave = "TD_QE"
    case quoteVerificationEnclave = "QVE"
    case quoteAppraisalEnclave = "QAE"

    var tee: TEE { self == .tdQuotingEnclave ? .tdx : .sgx }

    var path: String {
        switch self {
        case .quotingEnclave, .tdQuotingEnclave: "qe/identity"
        case .quoteVerificationEnclave: "qve/identity"
        case .quoteAppraisalEnclave: "qae/identity"
        }
    }
}
