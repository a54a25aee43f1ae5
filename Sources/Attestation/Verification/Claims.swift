/// What verified evidence says of the program that made it, in words that do not depend on the kind of hardware.
public struct Claims: Equatable, Sendable {
    /// The technology that made the evidence; more can come.
    public enum Technology: String, Sendable {
        case sgx = "SGX"
        case tdx = "TDX"
    }

    public let technology: Technology
    /// What was loaded: MRENCLAVE (32 bytes) or MRTD (48).
    public let measurement: [UInt8]
    /// Who vouched for it: MRSIGNER (32 bytes) or MROWNER (48).
    public let signer: [UInt8]
    /// Zero for a trust domain, which has neither.
    public let productID: UInt16
    public let securityVersion: UInt16
    /// A debugger may read and change everything.
    public let isDebug: Bool
    /// What the program chose to bind to the evidence.
    public let reportData: [UInt8]
    /// What the host set beside the measurement: CONFIGID and CONFIGSVN, or MRCONFIGID; signed by nobody.
    public let hostConfiguration: [UInt8]
    public let hostConfigurationVersion: UInt16
    /// Everything that the hardware said, in its own words.
    public let body: QuoteBody
}
