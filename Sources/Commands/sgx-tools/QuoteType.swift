import ArgumentParser

/// The kinds of quotes there ever were; only ECDSA is still made and judged.
enum QuoteType: String, CaseIterable, ExpressibleByArgument {
    case ecdsa
    case epidUnlinkable
    case epidLinkable

    init?(argument: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue.lowercased() == argument.lowercased() }) else { return nil }
        self = known
    }

    func requireECDSA() throws {
        guard self == .ecdsa else {
            throw ToolError(
                "there are no \(rawValue) quotes any more: Intel has ended its attestation service for EPID; use --quote-type ecdsa"
            )
        }
    }
}
