/// What a policy says of a verified quote: every check, the failed ones with what would mend them.
public struct Verdict: Equatable, Sendable {
    /// One rule, what it wanted, what was there.
    public struct Check: Equatable, Sendable {
        public let field: String
        public let passed: Bool
        public let expected: String
        public let actual: String
        public let mend: String

        init(_ field: String, _ passed: Bool, _ expected: String, _ actual: String, _ mend: String) {
            self.field = field
            self.passed = passed
            self.expected = expected
            self.actual = actual
            self.mend = mend
        }

        /// A rule that wants one of several values.
        init(_ field: String, _ actual: [UInt8], among wanted: [[UInt8]], _ mend: String) {
            self.init(field, wanted.contains(actual), wanted.map(Hex.text).joined(separator: " or "), Hex.text(actual), mend)
        }
    }

    public let quote: VerifiedQuote
    public let checks: [Check]

    public var isAccepted: Bool { checks.allSatisfy(\.passed) }
    public var failures: [Check] { checks.filter { !$0.passed } }
}
