public import Attestation

/// A piece of collateral that was checked, and when its successor is due.
public struct VerifiedItem: Equatable, Sendable {
    public let request: CollateralRequest
    public let item: CollateralItem
    public let fetched: Timestamp
    public let period: ValidityPeriod
}
