import Attestation

/// The outcome of `verify` as lines for people or as JSON, and its exit code.
struct VerifyReport {
    enum Outcome: String {
        case accepted
        case refused
        case badEvidence = "bad-evidence"
        case staleCollateral = "stale-collateral"
    }

    private struct Line {
        let field: String
        let passed: Bool
        let text: String
        let expected: String?
        let actual: String?
        let mend: String?
    }

    let outcome: Outcome
    private let lines: [Line]
    private let quote: VerifiedQuote?
    private let simulated: Bool
    private let judgedAt: Timestamp

    init(_ verdict: Verdict) {
        outcome = verdict.isAccepted ? .accepted : .refused
        quote = verdict.quote
        simulated = verdict.quote.isSimulated
        judgedAt = verdict.quote.judgedAt
        lines = Self.evidence(verdict.quote) + verdict.checks.map(Self.line)
    }

    init(_ failure: VerificationFailure, at moment: Timestamp) {
        switch failure.kind {
        case .badEvidence: outcome = .badEvidence
        case .staleCollateral: outcome = .staleCollateral
        case .untrustedRoot: outcome = .refused
        }
        if case .untrustedRoot(_, _, let simulation) = failure { simulated = simulation } else { simulated = false }
        quote = nil
        judgedAt = moment
        lines = [
            Line(
                field: "evidence", passed: false, text: failure.description, expected: nil, actual: nil, mend: failure.mend)
        ]
    }

    init(missingCollateral path: String, at moment: Timestamp) {
        outcome = .staleCollateral
        quote = nil
        simulated = false
        judgedAt = moment
        lines = [
            Line(
                field: "collateral", passed: false, text: "there is no collateral at \(path)", expected: nil, actual: nil,
                mend: "name it with --collateral; for software SGX: inclavare collateral export DIR")
        ]
    }

    var exitCode: Int32 {
        switch outcome {
        case .accepted: 0
        case .refused: 1
        case .badEvidence: 2
        case .staleCollateral: 3
        }
    }

    var text: String {
        var result: [String] = []
        for line in lines {
            result.append("\(line.passed ? "✓" : "✗") \(Self.padded(line.field)) \(line.text)")
            if !line.passed, let mend = line.mend { result.append("    → \(mend)") }
        }
        result.append(conclusion)
        return result.joined(separator: "\n")
    }

    private var conclusion: String {
        let warning =
            simulated ? " SIMULATED: software SGX, NOT CONFIDENTIAL, protects nothing from this machine's administrator." : ""
        switch outcome {
        case .accepted: return "ACCEPTED.\(warning)"
        case .refused: return "REFUSED by the policy.\(warning)"
        case .badEvidence: return "REFUSED: the evidence is bad."
        case .staleCollateral: return "REFUSED: the collateral is missing or not of this time."
        }
    }

    var json: String {
        var members: [(key: String, json: String)] = [
            ("verdict", JSONText.string(outcome.rawValue)), ("simulated", String(simulated)),
            ("judged_at", JSONText.string(judgedAt.iso8601)),
        ]
        if let quote { members += Self.facts(quote) }
        members.append(("checks", JSONText.array(lines.map(Self.json))))
        return JSONText.object(members)
    }

    private static func evidence(_ quote: VerifiedQuote) -> [Line] {
        let root = "\(quote.isSimulated ? "SIMULATED, " : "")\(quote.rootName), SHA-256 \(Hex.text(quote.rootFingerprint))"
        let dates = "issued \(quote.collateralIssued.iso8601), ends \(quote.collateralExpires.iso8601)"
        return [("chain", root), ("collateral", dates), ("signatures", "quote, quoting enclave and platform belong together")]
            .map { Line(field: $0.0, passed: true, text: $0.1, expected: nil, actual: nil, mend: nil) }
    }

    private static func line(_ check: Verdict.Check) -> Line {
        let text = check.passed ? check.actual : "is \(check.actual), expected \(check.expected)"
        return Line(
            field: check.field, passed: check.passed, text: text, expected: check.expected, actual: check.actual,
            mend: check.mend)
    }

    private static func facts(_ quote: VerifiedQuote) -> [(key: String, json: String)] {
        let claims = quote.claims
        return [
            ("technology", JSONText.string(claims.technology.rawValue)),
            ("mrenclave", JSONText.string(Hex.text(claims.measurement))),
            ("mrsigner", JSONText.string(Hex.text(claims.signer))), ("product_id", String(claims.productID)),
            ("security_version", String(claims.securityVersion)), ("debug", String(claims.isDebug)),
            ("report_data", JSONText.string(Hex.text(claims.reportData))),
            ("platform_status", JSONText.string(quote.status.rawValue)),
            ("advisories", JSONText.array(quote.advisories.map(JSONText.string))),
            ("fmspc", JSONText.string(Hex.text(quote.fmspc))), ("tcb_date", JSONText.string(quote.tcbDate.iso8601)),
            ("root_fingerprint", JSONText.string(Hex.text(quote.rootFingerprint))),
            ("collateral_ends", JSONText.string(quote.collateralExpires.iso8601)),
        ]
    }

    private static func json(_ line: Line) -> String {
        var members: [(key: String, json: String)] = [
            ("field", JSONText.string(line.field)), ("passed", String(line.passed)), ("text", JSONText.string(line.text)),
        ]
        if let expected = line.expected { members.append(("expected", JSONText.string(expected))) }
        if let actual = line.actual { members.append(("actual", JSONText.string(actual))) }
        if !line.passed, let mend = line.mend { members.append(("mend", JSONText.string(mend))) }
        return JSONText.object(members)
    }

    private static func padded(_ field: String) -> String {
        field + String(repeating: " ", count: max(0, 16 - field.count))
    }
}
