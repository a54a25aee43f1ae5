import ArgumentParser
import Attestation
import SGX

/// What `show` understands.
enum StructureKind: String, CaseIterable, ExpressibleByArgument {
    case quote
    case report
    case targetinfo
    case sigstruct
    case token
    case certificate
    case collateral

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// By size and first bytes, which no two share.
    init?(of bytes: [UInt8]) {
        switch bytes.count {
        case Report.byteCount, ReportBody.byteCount: self = .report
        case TargetInfo.byteCount: self = .targetinfo
        case SIGSTRUCT.byteCount where bytes.starts(with: SIGSTRUCT.header.bytes): self = .sigstruct
        case EINITTOKEN.byteCount: self = .token
        default:
            if bytes.starts(with: "-----BEGIN CERTIFICATE".utf8) || bytes.starts(with: [0x30, 0x82]) {
                self = .certificate
            } else if bytes.first(where: { $0 != 0x20 && $0 != 0x0a }) == UInt8(ascii: "{") {
                self = .collateral
            } else if bytes.count > 436, (3...5).contains(bytes[0]), bytes[1] == 0 {
                self = .quote
            } else {
                return nil
            }
        }
    }

    func facts(_ bytes: [UInt8]) throws -> Fact {
        switch self {
        case .quote: QuoteFacts.members(try Quote(parsing: bytes, options: .forShowing))
        case .report where bytes.count == ReportBody.byteCount: ReportFacts.members(try ReportBody(parsing: bytes))
        case .report: ReportFacts.members(try Report(parsing: bytes))
        case .targetinfo: TargetInfoFacts.members(try TargetInfo(parsing: bytes))
        case .sigstruct: SigstructFacts.members(try SIGSTRUCT(parsing: bytes))
        case .token: TokenFacts.members(try EINITTOKEN(parsing: bytes))
        case .certificate: .members([("certificates", .list(try CertificateFacts.chain(bytes)))])
        case .collateral: try CollateralFacts.members(try Collateral(json: bytes))
        }
    }
}

extension VerificationOptions {
    /// Reads what any verifier reads: showing believes nothing.
    static let forShowing: VerificationOptions = {
        var options = VerificationOptions()
        options.trailingBytes = .ignore
        options.oldTCBInfo = .accept
        options.unknownTCBInfo = .readAsVersion3
        return options
    }()
}
