import Crypto

/// What a verifier wants of evidence before it trusts the program behind it.
///
/// An expected identity is mandatory: MRENCLAVE, or MRSIGNER together with a product id, or a trust domain's MRTD. What the policy does
/// not name is refused, never waved through: debug, any status but UpToDate, simulation.
public struct Policy: Equatable, Sendable {
    /// Which MRENCLAVEs are wanted; empty when the signer decides.
    public var measurements: [[UInt8]]
    public var signers: [[UInt8]]
    public var productID: UInt16?
    public var minimumSecurityVersion: UInt16
    public var allowsDebug: Bool
    /// CONFIGIDs that will do; empty wants zero.
    public var hostConfigurations: [[UInt8]] = []
    /// What is wanted of a trust domain; nil refuses every one.
    public var trustDomain: TrustDomainRules?
    /// The 64 bytes that the program must have bound to the evidence; nil accepts any.
    public var reportData: [UInt8]?
    public var acceptedStatuses: Set<TCBStatus>
    /// Advisories that may stand against a platform of an accepted status; nil accepts any.
    public var acceptedAdvisories: Set<String>?
    public var minimumEvaluationNumber: Int?
    /// The oldest collateral that counts, in days since it was issued.
    public var maximumCollateralAgeDays: Int?
    /// For so many days after its end a document of the collateral still counts.
    public var collateralGraceDays = 0
    /// FMSPCs that will do; empty accepts any.
    public var platformFamilies: [[UInt8]] = []
    /// PPIDs that will do; empty accepts any.
    public var platformIDs: [[UInt8]] = []
    /// The choices where verifiers differ; strict unless the policy names another.
    public var options = VerificationOptions.strict
    /// The software root whose SIMULATED evidence is accepted.
    public var simulationRoot: [UInt8]?

    public init(
        measurements: [[UInt8]] = [], signers: [[UInt8]] = [], productID: UInt16? = nil,
        minimumSecurityVersion: UInt16 = 0, allowsDebug: Bool = false, trustDomain: TrustDomainRules? = nil,
        reportData: [UInt8]? = nil, acceptedStatuses: Set<TCBStatus> = [.upToDate], acceptedAdvisories: Set<String>? = nil,
        maximumCollateralAgeDays: Int? = nil, simulationRoot: [UInt8]? = nil
    ) throws(PolicyError) {
        self.measurements = measurements
        self.signers = signers
        self.productID = productID
        self.minimumSecurityVersion = minimumSecurityVersion
        self.allowsDebug = allowsDebug
        self.trustDomain = trustDomain
        self.reportData = reportData
        self.acceptedStatuses = acceptedStatuses
        self.acceptedAdvisories = acceptedAdvisories
        self.maximumCollateralAgeDays = maximumCollateralAgeDays
        self.simulationRoot = simulationRoot
        guard acceptsEnclaves || trustDomain != nil else { throw .noIdentity }
    }

    /// Whether an enclave can be wanted at all.
    var acceptsEnclaves: Bool { !measurements.isEmpty || (!signers.isEmpty && productID != nil) }

    /// The roots that a verifier of this policy trusts: Intel's, and the one software root that it names.
    public var roots: Set<TrustedRoot> {
        guard let simulationRoot else { return [.intel] }
        return [.intel, .simulation(fingerprint: simulationRoot)]
    }

    /// The verifier whose results this policy can judge: with a grace period, collateral that has ended is for the policy to refuse.
    public var verifier: Verifier {
        var options = options
        if collateralGraceDays > 0 { options.expiredCollateral = .report }
        return Verifier(roots: roots, options: options)
    }

    /// The report data of evidence that was asked for from outside with this nonce: never the asker's own bytes.
    public static func reportData(nonce: [UInt8]) -> [UInt8] {
        Array(SHA512.hash(data: Array("inclavare host attest v1\0".utf8) + nonce))
    }
}
