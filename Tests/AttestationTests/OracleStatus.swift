import Attestation
import Foundation

/// What the two stored oracles said of one case, in our words.
struct OracleStatus {
    /// dcap-qvl's status; nil when it refused.
    let dcap: TCBStatus?
    let dcapError: String?
    /// The quote status of Intel's library; nil when it was not asked or it is not a TCB status.
    let intel: TCBStatus?
    let intelIsSound: Bool

    init(dcap: Any?, intel: Any?) {
        let dcap = dcap as? [String: Any] ?? [:]
        self.dcap = (dcap["status"] as? String).flatMap(TCBStatus.init(rawValue:))
        dcapError = dcap["error"] as? String
        let intel = intel as? [String: Any] ?? [:]
        let statuses = ["pck", "tcb", "qe", "quote"].map {
            (intel[$0] as? String ?? "").replacingOccurrences(of: "STATUS_", with: "")
        }
        intelIsSound = statuses.prefix(3).allSatisfy { $0 == "OK" }
        self.intel = Self.names[statuses[3]]
    }

    private static let names: [String: TCBStatus] = [
        "OK": .upToDate, "TCB_SW_HARDENING_NEEDED": .softwareHardeningNeeded,
        "TCB_CONFIGURATION_NEEDED": .configurationNeeded,
        "TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED": .configurationAndSoftwareHardeningNeeded,
        "TCB_OUT_OF_DATE": .outOfDate, "TCB_OUT_OF_DATE_CONFIGURATION_NEEDED": .outOfDateConfigurationNeeded,
        "TCB_REVOKED": .revoked,
    ]
}
