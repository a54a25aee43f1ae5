/// From when to when a piece of collateral may be used: its issue, and the moment at which its successor is due.
public struct ValidityPeriod: Equatable, Sendable {
    public let issued: Timestamp
    public let expires: Timestamp

    public init(issued: Timestamp, expires: Timestamp) {
        self.issued = issued
        self.expires = expires
    }

    public func contains(_ moment: Timestamp) -> Bool { issued <= moment && moment <= expires }
}
