/// A quote whose signatures, chains and collateral hold; whether it is *wanted* is for a policy to say.
public struct VerifiedQuote: Equatable, Sendable {
    public let quoteVersion: UInt16
    public let claims: Claims
    public let root: TrustedRoot
    public let rootName: String
    public let rootFingerprint: [UInt8]
    /// Platform, TDX module and quoting enclave together.
    public let status: TCBStatus
    public let platform: Standing
    public let quotingEnclave: Standing
    /// Of a trust domain whose module has a version.
    public let module: Standing?
    /// Of a trust domain of TDX 1.5: the platform and the module that serve it now, where `platform` and `module` launched it.
    public let currentPlatform: Standing?
    public let currentModule: Standing?
    /// Sorted, each once.
    public let advisories: [String]
    /// What the PCK certificate says of the platform.
    public let platformFacts: PCKExtension
    /// The lower of the numbers of TCB Info and QE Identity.
    public let evaluationNumber: Int
    public let dates: CollateralDates
    /// What was over when it was judged; empty unless the options report it.
    public let expiredParts: [CollateralPart]
    /// What a policy has to judge; `EvidenceFlag.untrusted` names those that none may wave through.
    public let flags: Set<EvidenceFlag>
    public let judgedAt: Timestamp

    public var platformStatus: TCBStatus { platform.status }
    public var quotingEnclaveStatus: TCBStatus { quotingEnclave.status }
    public var moduleStatus: TCBStatus? { module?.status }
    public var fmspc: [UInt8] { platformFacts.fmspc }

    /// Since when the status holds: the oldest date among the levels that matched.
    public var tcbDate: Timestamp {
        [platform.date, quotingEnclave.date, module?.date].compactMap { $0 }.min() ?? Timestamp(seconds: 0)
    }

    /// The oldest issue and the earliest end among TCB Info, QE Identity and revocation lists.
    public var collateralIssued: Timestamp { dates.oldestDocument }
    public var collateralExpires: Timestamp { dates.earliestDocumentExpiry }

    /// A software SGX made it: it proves nothing about who can read the program's memory.
    public var isSimulated: Bool { flags.contains(.simulated) }
}
