import Crypto

/// What a verifier wants of evidence before it trusts the program behind it.
///
/// An expected identity is mandatory: MRENCLAVE, or MRSIGNER together with a product id. What the policy does not name is refused, never
/// waved through: debug enclaves, any status but UpToDate, simulation.
public struct Policy: Equatable, Sendable {
    /// Which MRENCLAVEs are wanted; empty when the signer decides.
    public var measurements: [[UInt8]]
    public var signers: [[UInt8]]
    public var productID: UInt16?
    public var minimumSecurityVersion: UInt16
    public var allowsDebug: Bool
    /// The 64 bytes that the program must have bound to the evidence; nil accepts any.
    public var reportData: [UInt8]?
    public var acceptedStatuses: Set<TCBStatus>
    /// Advisories that may stand against a platform of an accepted status; nil accepts any.
    public var acceptedAdvisories: Set<String>?
    /// The oldest collateral that counts, in days since it was issued.
    public var maximumCollateralAgeDays: Int?
    /// The software root whose SIMULATED evidence is accepted.
    public var simulationRoot: [UInt8]?

    public init(
        measurements: [[UInt8]] = [], signers: [[UInt8]] = [], productID: UInt16? = nil,
        minimumSecurityVersion: UInt16 = 0, allowsDebug: Bool = false, reportData: [UInt8]? = nil,
        acceptedStatuses: Set<TCBStatus> = [.upToDate], acceptedAdvisories: Set<String>? = nil,
        maximumCollateralAgeDays: Int? = nil, simulationRoot: [UInt8]? = nil
    ) throws(PolicyError) {
        guard !measurements.isEmpty || (!signers.isEmpty && productID != nil) else { throw .noIdentity }
        self.measurements = measurements
        self.signers = signers
        self.productID = productID
        self.minimumSecurityVersion = minimumSecurityVersion
        self.allowsDebug = allowsDebug
        self.reportData = reportData
        self.acceptedStatuses = acceptedStatuses
        self.acceptedAdvisories = acceptedAdvisories
        self.maximumCollateralAgeDays = maximumCollateralAgeDays
        self.simulationRoot = simulationRoot
    }

    /// The roots that a verifier of this policy trusts: Intel's, and the one software root that it names.
    public var roots: Set<TrustedRoot> {
        guard let simulationRoot else { return [.intel] }
        return [.intel, .simulation(fingerprint: simulationRoot)]
    }

    /// The report data of evidence that was asked for from outside with this nonce: never the asker's own bytes.
    public static func reportData(nonce: [UInt8]) -> [UInt8] {
        Array(SHA512.hash(data: Array("inclavare host attest v1\0".utf8) + nonce))
    }
}
