/// How current a platform or a quoting enclave is, in Intel's words.
public enum TCBStatus: String, CaseIterable, Sendable {
    case upToDate = "UpToDate"
    case softwareHardeningNeeded = "SWHardeningNeeded"
    case configurationNeeded = "ConfigurationNeeded"
    case configurationAndSoftwareHardeningNeeded = "ConfigurationAndSWHardeningNeeded"
    case outOfDate = "OutOfDate"
    case outOfDateConfigurationNeeded = "OutOfDateConfigurationNeeded"
    case revoked = "Revoked"

    /// The status of both together: the quoting enclave can only make a platform worse.
    public func merged(withQuotingEnclave status: TCBStatus) -> TCBStatus {
        switch status {
        case .revoked: .revoked
        case .outOfDate:
            switch self {
            case .upToDate, .softwareHardeningNeeded: .outOfDate
            case .configurationNeeded, .configurationAndSoftwareHardeningNeeded: .outOfDateConfigurationNeeded
            case .outOfDate, .outOfDateConfigurationNeeded, .revoked: self
            }
        case .upToDate, .softwareHardeningNeeded, .configurationNeeded, .configurationAndSoftwareHardeningNeeded,
            .outOfDateConfigurationNeeded:
            self
        }
    }

    /// What would mend a platform in this status.
    public var mend: String {
        switch self {
        case .upToDate: "nothing to do"
        case .softwareHardeningNeeded:
            "rebuild the enclave against the advisories, then accept SWHardeningNeeded in [platform] accept"
        case .configurationNeeded, .configurationAndSoftwareHardeningNeeded:
            "change the platform's firmware configuration, or accept this status in [platform] accept"
        case .outOfDate, .outOfDateConfigurationNeeded: "update the platform's microcode and firmware and attest again"
        case .revoked: "this platform's keys are no longer trusted: use another machine"
        }
    }
}
