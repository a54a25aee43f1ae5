public import Attestation

/// Cached items with their dates, for people.
public struct CollateralListing: Sendable {
    /// One line: what it is, and from when to when it counts.
    public struct Entry: Equatable, Sendable {
        public let name: String
        public let fetched: Timestamp
        public let period: ValidityPeriod
    }

    private let entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries }

    public init(_ items: [VerifiedItem]) {
        self.init(items.map { Entry(name: $0.request.name, fetched: $0.fetched, period: $0.period) })
    }

    public var text: String {
        guard !entries.isEmpty else { return "nothing is cached for this root" }
        return entries.map { entry in
            "\(entry.name): issued \(entry.period.issued.iso8601), ends \(entry.period.expires.iso8601), fetched \(entry.fetched.iso8601)"
        }.joined(separator: "\n")
    }
}

extension CollateralStore {
    /// Whether nothing of this root lies in the cache, be it readable or not.
    public var isEmpty: Bool { !cache.keys().contains { $0.hasPrefix("\(root.label)-") } }

    /// What lies in the cache for this root, by file name, sorted; nobody checked it yet.
    public func entries() -> [CollateralListing.Entry] {
        let prefix = "\(root.label)-"
        return cache.keys().filter { $0.hasPrefix(prefix) }.compactMap { key in
            cache.load(key).map { .init(name: String(key.dropFirst(prefix.count)), fetched: $0.fetched, period: $0.period) }
        }
    }
}
