/// How current a platform or a part of it is, in Intel's words.
public enum TCBStatus: String, CaseIterable, Sendable {
    case upToDate = "UpToDate"
    case softwareHardeningNeeded = "SWHardeningNeeded"
    case configurationNeeded = "ConfigurationNeeded"
    case configurationAndSoftwareHardeningNeeded = "ConfigurationAndSWHardeningNeeded"
    case outOfDate = "OutOfDate"
    case outOfDateConfigurationNeeded = "OutOfDateConfigurationNeeded"
    /// A trust domain began on outdated versions and has been served by current ones since: starting it again would mend it.
    case relaunchAdvised = "TDRelaunchAdvised"
    case relaunchAdvisedConfigurationNeeded = "TDRelaunchAdvisedConfigurationNeeded"
    case revoked = "Revoked"

    /// What a level of a TCB Info may say.
    static let ofPlatforms: Set<TCBStatus> = Set(allCases).subtracting([.relaunchAdvised, .relaunchAdvisedConfigurationNeeded])
    /// What a level of a TDX module may say.
    static let ofModules: Set<TCBStatus> = [.upToDate, .outOfDate, .revoked]
    /// What a level of a quoting enclave may say.
    static let ofQuotingEnclaves: Set<TCBStatus> = [
        .upToDate, .outOfDate, .configurationNeeded, .outOfDateConfigurationNeeded, .revoked,
    ]

    /// The status of a platform together with a part of it, which can only make it worse.
    public func merged(with part: TCBStatus) -> TCBStatus {
        switch part {
        case .revoked: .revoked
        case .outOfDate:
            switch self {
            case .upToDate, .softwareHardeningNeeded: .outOfDate
            case .configurationNeeded, .configurationAndSoftwareHardeningNeeded: .outOfDateConfigurationNeeded
            default: self
            }
        default: self
        }
    }

    /// The status of a trust domain that was launched in this status and is served in `current`.
    ///
    /// An outdated launch under what is current now is mended by a relaunch, and nothing is mended by what is revoked; anything else
    /// stays what it was at the launch.
    public func relaunched(under current: TCBStatus) -> TCBStatus {
        guard current != .revoked else { return .revoked }
        guard self == .outOfDate || self == .outOfDateConfigurationNeeded else { return self }
        switch current {
        case .upToDate, .softwareHardeningNeeded:
            return self == .outOfDate ? .relaunchAdvised : .relaunchAdvisedConfigurationNeeded
        case .configurationNeeded, .configurationAndSoftwareHardeningNeeded: return .relaunchAdvisedConfigurationNeeded
        default: return self
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
        case .relaunchAdvised, .relaunchAdvisedConfigurationNeeded: "start the trust domain again and attest again"
        case .revoked: "this platform's keys are no longer trusted: use another machine"
        }
    }
}
