/// From when until when something holds, both ends included.
public struct Validity: Equatable, Sendable {
    public let from: Timestamp
    public let until: Timestamp

    public init(from: Timestamp, until: Timestamp) {
        self.from = from
        self.until = until
    }

    /// The time in which all of these certificates hold; the list is not empty.
    init(ofAll certificates: [PlatformCertificate]) {
        from = certificates.map(\.notBefore).max() ?? Timestamp(seconds: .max)
        until = certificates.map(\.notAfter).min() ?? Timestamp(seconds: .min)
    }
}
