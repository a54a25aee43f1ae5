/// What a policy says of a verified quote: every check, the failed ones with what would mend them.
public struct Verdict: Equatable, Sendable {
    /// One rule, what it wanted, what was there.
    public struct Check: Equatable, Sendable {
        public let field: String
        public let passed: Bool
        public let expected: String
        public let actual: String
        public let mend: String
    }

    public let quote: VerifiedQuote
    public let checks: [Check]

    public var isAccepted: Bool { checks.allSatisfy(\.passed) }
    public var failures: [Check] { checks.filter { !$0.passed } }
}
