/// A quote whose signatures, chains and collateral hold; whether it is *wanted* is for a policy to say.
public struct VerifiedQuote: Equatable, Sendable {
    public let claims: Claims
    public let root: TrustedRoot
    public let rootName: String
    public let rootFingerprint: [UInt8]
    /// Platform and quoting enclave together.
    public let status: TCBStatus
    public let platformStatus: TCBStatus
    public let quotingEnclaveStatus: TCBStatus
    public let advisories: [String]
    public let fmspc: [UInt8]
    /// Since when the platform's level is the current one of its versions.
    public let tcbDate: Timestamp
    public let evaluationNumber: Int
    /// The oldest issue and the earliest end among TCB Info, QE Identity and revocation lists.
    public let collateralIssued: Timestamp
    public let collateralExpires: Timestamp
    public let judgedAt: Timestamp

    /// A software SGX made it: it proves nothing about who can read the program's memory.
    public var isSimulated: Bool {
        if case .simulation = root { true } else { false }
    }
}
