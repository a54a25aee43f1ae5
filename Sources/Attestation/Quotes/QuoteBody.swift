public import SGX

/// What a quote is about: an enclave's report, or a trust domain's.
public enum QuoteBody: Equatable, Sendable {
    case enclave(ReportBody)
    case trustDomain(TDReport)

    /// The body types of version 5, with their sizes.
    enum Kind: UInt16 {
        case enclave = 1
        case trustDomain10 = 2
        case trustDomain15 = 3

        var byteCount: Int {
            switch self {
            case .enclave: ReportBody.byteCount
            case .trustDomain10: TDReport.byteCount10
            case .trustDomain15: TDReport.byteCount15
            }
        }

        var environment: QuoteHeader.Environment { self == .enclave ? .sgx : .tdx }
    }

    init(_ kind: Kind, _ bytes: [UInt8]) throws(QuoteError) {
        switch kind {
        case .enclave: self = .enclave(try Self.report(bytes, "body"))
        case .trustDomain10, .trustDomain15: self = .trustDomain(try TDReport(parsing: bytes))
        }
    }

    var kind: Kind {
        switch self {
        case .enclave: .enclave
        case .trustDomain(let report): report.isVersion15 ? .trustDomain15 : .trustDomain10
        }
    }

    public var bytes: [UInt8] {
        switch self {
        case .enclave(let report): report.bytes
        case .trustDomain(let report): report.bytes
        }
    }

    static func report(_ bytes: [UInt8], _ field: String) throws(QuoteError) -> ReportBody {
        do { return try ReportBody(parsing: bytes) } catch { throw .report(field: field, error) }
    }
}
