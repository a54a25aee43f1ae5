/// A platform whose PCK certificate holds under verified collateral.
///
/// One can be kept for the quotes of one platform: those that carry the same certification data then need no certificate checked.
public struct VerifiedPlatform: Equatable, Sendable {
    /// What the PCK certificate says of the platform.
    public let facts: PCKExtension
    public let certificate: PlatformCertificate
    public let validity: Validity
    let certification: CertificationData
}
