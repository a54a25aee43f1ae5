/// What a verification came to: accepted, refused, or no verdict at all, with every check, for people and as JSON.
public struct VerdictReport: Equatable, Sendable {
    /// How it ended, and the exit code of the tools that say so.
    public enum Outcome: String, Sendable {
        case accepted
        case refused
        case badEvidence = "bad-evidence"
        case staleCollateral = "stale-collateral"

        public var exitCode: Int32 {
            switch self {
            case .accepted: 0
            case .refused: 1
            case .badEvidence: 2
            case .staleCollateral: 3
            }
        }
    }

    /// One line of the report.
    public struct Line: Equatable, Sendable {
        public let field: String
        public let passed: Bool
        public let text: String
        public let expected: String?
        public let actual: String?
        public let mend: String?

        init(_ field: String, _ passed: Bool, _ text: String, expected: String? = nil, actual: String? = nil, mend: String? = nil) {
            self.field = field
            self.passed = passed
            self.text = text
            self.expected = expected
            self.actual = actual
            self.mend = mend
        }
    }

    public let outcome: Outcome
    public let lines: [Line]
    public let verdict: Verdict?
    public let isSimulated: Bool
    public let judgedAt: Timestamp
    /// The key that the evidence speaks of, where it came in a certificate.
    public let key: AttestedKey?

    public init(_ verdict: Verdict, key: AttestedKey? = nil) {
        outcome = verdict.isAccepted ? .accepted : .refused
        self.verdict = verdict
        isSimulated = verdict.quote.isSimulated
        judgedAt = verdict.quote.judgedAt
        self.key = key
        lines = Self.certificate(key, isProven: true) + Self.evidence(verdict.quote) + verdict.checks.map(Self.line)
    }

    public init(_ failure: VerificationFailure, key: AttestedKey? = nil, at moment: Timestamp) {
        switch failure.kind {
        case .badEvidence: outcome = .badEvidence
        case .staleCollateral: outcome = .staleCollateral
        case .untrustedRoot: outcome = .refused
        }
        if case .untrustedRoot(_, _, let simulation) = failure { isSimulated = simulation } else { isSimulated = false }
        verdict = nil
        judgedAt = moment
        self.key = key
        lines = Self.certificate(key, isProven: false) + [Line("evidence", false, failure.description, mend: failure.mend)]
    }

    /// The certificate does not tie its key to evidence, so that there is nothing to ask a policy.
    public init(_ error: EvidenceCertificateError, at moment: Timestamp) {
        outcome = .badEvidence
        verdict = nil
        isSimulated = false
        judgedAt = moment
        key = nil
        lines = [Line("certificate", false, error.description, mend: error.mend)]
    }

    /// There is no collateral to judge by; `why` says what was looked for.
    public init(missingCollateral why: String, mend: String, key: AttestedKey? = nil, at moment: Timestamp) {
        outcome = .staleCollateral
        verdict = nil
        isSimulated = false
        judgedAt = moment
        self.key = key
        lines = Self.certificate(key, isProven: false) + [Line("collateral", false, why, mend: mend)]
    }

    private static func certificate(_ key: AttestedKey?, isProven: Bool) -> [Line] {
        guard let key else { return [] }
        let seal =
            switch key.certificate.signature {
            case .own: "signed by its own key"
            case .wrong, .unchecked: "its signature is not looked at"
            case .another: "signed by somebody else, who is not asked"
            }
        let possession =
            switch key.possession {
            case .handshake: "the service signed the handshake with it"
            case .notShown: "NOT shown that the sender has it: a certificate can be copied"
            }
        return [
            Line("certificate", true, "evidence in the form \(key.form.name); \(seal)"),
            Line(
                "key", isProven,
                "SHA-256 \(Hex.text(key.fingerprint)), bound by \(isProven ? "the quote" : "a quote that is not proven"); \(possession)"
            ),
        ]
    }

    private static func evidence(_ quote: VerifiedQuote) -> [Line] {
        let root = "\(quote.isSimulated ? "SIMULATED, " : "")\(quote.rootName), SHA-256 \(Hex.text(quote.rootFingerprint))"
        var lines = [
            Line("chain", true, root),
            Line("collateral", true, "issued \(quote.collateralIssued.iso8601), ends \(quote.collateralExpires.iso8601)"),
            Line("signatures", true, "quote, quoting enclave and platform belong together"),
            Line("platform", true, quote.platform.description), Line("quoting_enclave", true, quote.quotingEnclave.description),
        ]
        if let module = quote.module { lines.append(Line("tdx_module", true, module.description)) }
        return lines
    }

    private static func line(_ check: Verdict.Check) -> Line {
        let text = check.passed ? check.actual : "is \(check.actual), expected \(check.expected)"
        return Line(check.field, check.passed, text, expected: check.expected, actual: check.actual, mend: check.mend)
    }
}
