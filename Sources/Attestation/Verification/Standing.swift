/// How current one part of the evidence is, and why.
public struct Standing: Equatable, Sendable {
    /// The level above the one that matched, and what keeps the part from it.
    public struct Next: Equatable, Sendable {
        public let status: TCBStatus
        public let shortfalls: [Shortfall]
    }

    public let status: TCBStatus
    /// Since when the matched level has stood for its versions; nil when none matched.
    public let date: Timestamp?
    public let advisories: [String]
    /// Which level matched, 1 being the highest; nil when none did.
    public let level: Int?
    public let levelCount: Int
    public let next: Next?

    /// The standing of a security version among levels that are sorted from the highest; nil when it is below them all.
    init?(securityVersion: UInt16, among levels: [VersionLevel], named name: String) {
        guard let index = levels.firstIndex(where: { $0.securityVersion <= securityVersion }) else { return nil }
        let level = levels[index]
        status = level.status
        date = level.date
        advisories = level.advisories
        self.level = index + 1
        levelCount = levels.count
        next =
            index == 0
            ? nil
            : Next(
                status: levels[index - 1].status,
                shortfalls: [
                    Shortfall(what: name, actual: Int(securityVersion), needed: Int(levels[index - 1].securityVersion))
                ])
    }

    /// The standing at a level of a TCB Info.
    init(_ level: TCBLevel, number: Int, of count: Int, next: Next?) {
        status = level.status
        date = level.date
        advisories = level.advisories
        self.level = number
        levelCount = count
        self.next = next
    }

    /// Older than every level, where the options take that for revocation.
    init(revokedBelow levels: [VersionLevel]) {
        status = .revoked
        date = nil
        advisories = []
        level = nil
        levelCount = levels.count
        next = nil
    }
}

extension Standing: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        guard let level, let date else { return "\(status.rawValue): older than all \(levelCount) levels" }
        let place = "\(status.rawValue): level \(level) of \(levelCount), of \(date.iso8601)"
        guard let next else { return place }
        return
            "\(place); for level \(level - 1) (\(next.status.rawValue)) \(next.shortfalls.map(\.description).joined(separator: ", "))"
    }
}
