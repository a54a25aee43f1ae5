import Attestation
import Foundation

/// What a stored oracle said of one case, in our words.
enum OracleVerdict {
    /// With dcap-qvl's advisories, which Intel's library does not give, and with the parts that Intel's calls ended.
    case accepted(TCBStatus, advisories: Set<String>?, ended: Set<String>)
    case refused(String)

    /// dcap-qvl: a status with advisories, or an error.
    init?(dcapQvl: Any?) {
        guard let said = dcapQvl as? [String: Any] else { return nil }
        if let status = (said["status"] as? String).flatMap(TCBStatus.init(rawValue:)) {
            self = .accepted(status, advisories: Set(said["advisories"] as? [String] ?? []), ended: [])
        } else {
            self = .refused(said["error"] as? String ?? "without a reason")
        }
    }

    /// Intel's library: four statuses, of which the last is the quote's; the others are fine or say that a part has ended.
    init?(intel: Any?) {
        guard let said = intel as? [String: Any] else { return nil }
        func status(_ key: String) -> String { (said[key] as? String ?? "OK").replacingOccurrences(of: "STATUS_", with: "") }
        let parts = ["pck", "tcb", "qe"]
        if let part = parts.first(where: { status($0) != "OK" && !status($0).hasSuffix("_EXPIRED") }) {
            self = .refused(status(part))
        } else if let merged = Self.names[status("quote")] {
            self = .accepted(merged, advisories: nil, ended: Set(parts.filter { status($0) != "OK" }))
        } else {
            self = .refused(status("quote"))
        }
    }

    /// Whether a result without switches says the same: what has ended is refused, and an untrusted state refuses itself in any policy.
    func agrees(withStrict ours: Result<VerifiedQuote, VerificationFailure>) -> Bool {
        switch (self, ours) {
        case (.accepted(let status, let advisories, let ended), .success(let quote)):
            return ended.isEmpty && quote.status == status && (advisories.map { $0 == Set(quote.advisories) } ?? true)
        case (.accepted(_, _, let ended), .failure): return !ended.isEmpty
        case (.refused(let why), .success(let quote)): return Self.isUntrustedState(why, quote)
        case (.refused, .failure): return true
        }
    }

    /// Whether a result with the oracle's own switches is the oracle's.
    func agrees(withSwitches ours: Result<VerifiedQuote, VerificationFailure>) -> Bool {
        switch (self, ours) {
        case (.accepted(let status, let advisories, let ended), .success(let quote)):
            return quote.status == status && Self.parts(quote.expiredParts) == ended
                && (advisories.map { $0 == Set(quote.advisories) } ?? true)
        case (.refused, .failure): return true
        default: return false
        }
    }

    private static func isUntrustedState(_ why: String, _ quote: VerifiedQuote) -> Bool {
        let states: [(String, Bool)] = [
            ("Debug mode", quote.flags.contains(.debug)), ("Revoked", quote.status == .revoked),
            ("SEPT_VE_DISABLE", quote.flags.contains(.withoutSEPTVEDisable)),
            ("Reserved bits", quote.flags.contains(.unknownTDAttributes)), ("service TD", quote.flags.contains(.serviceDomain)),
        ]
        return states.contains { why.contains($0.0) && $0.1 }
    }

    private static func parts(_ ended: [CollateralPart]) -> Set<String> {
        Set(
            ended.map {
                switch $0 {
                case .rootCRL, .pckCRL, .pckCRLIssuerChain, .pckChain: "pck"
                case .tcbInfo, .tcbInfoIssuerChain: "tcb"
                case .qeIdentity, .qeIdentityIssuerChain: "qe"
                }
            })
    }

    private static let names: [String: TCBStatus] = [
        "OK": .upToDate, "TCB_SW_HARDENING_NEEDED": .softwareHardeningNeeded,
        "TCB_CONFIGURATION_NEEDED": .configurationNeeded,
        "TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED": .configurationAndSoftwareHardeningNeeded,
        "TCB_OUT_OF_DATE": .outOfDate, "TCB_OUT_OF_DATE_CONFIGURATION_NEEDED": .outOfDateConfigurationNeeded,
        "TCB_REVOKED": .revoked,
    ]
}
