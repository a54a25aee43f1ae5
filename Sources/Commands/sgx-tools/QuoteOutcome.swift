import Attestation

/// What `verify-quote` found, its lines and its exit code.
struct QuoteOutcome {
    private struct Line {
        let passed: Bool
        let field: String
        let says: String
        let mend: String?
    }

    let exitCode: Int32
    private let lines: [Line]
    private let isSimulated: Bool

    init(_ evidence: [UInt8], _ policy: Policy, collateral path: String, at moment: Timestamp) {
        guard let bytes = try? ToolFile.read(path) else {
            self.init(
                3, "collateral", "there is no collateral at \(path)",
                "name it with --collateral; for software SGX: inclavare collateral export DIR")
            return
        }
        do throws(VerificationFailure) {
            let collateral: Collateral
            do { collateral = try Collateral(json: bytes) } catch { throw .collateral(error) }
            self.init(policy.judge(try Verifier(roots: policy.roots).verify(quote: evidence, collateral: collateral, at: moment)))
        } catch {
            let code: Int32 =
                switch error.kind {
                case .untrustedRoot: 1
                case .badEvidence: 2
                case .staleCollateral: 3
                }
            self.init(code, "evidence", error.description, error.mend)
        }
    }

    private init(_ code: Int32, _ field: String, _ says: String, _ mend: String) {
        exitCode = code
        lines = [Line(passed: false, field: field, says: says, mend: mend)]
        isSimulated = false
    }

    private init(_ verdict: Verdict) {
        exitCode = verdict.isAccepted ? 0 : 1
        isSimulated = verdict.quote.isSimulated
        lines = verdict.checks.map { check in
            Line(
                passed: check.passed, field: check.field,
                says: check.passed ? check.actual : "is \(check.actual), expected \(check.expected)",
                mend: check.passed ? nil : check.mend)
        }
    }

    var text: String {
        let conclusion = exitCode == 0 ? "ACCEPTED." : "REFUSED."
        let warning = isSimulated ? " SIMULATED: software SGX, NOT CONFIDENTIAL." : ""
        return lines.map { line in
            "\(line.passed ? "✓" : "✗") \(line.field)  \(line.says)" + (line.mend.map { "\n    → \($0)" } ?? "")
        }.joined(separator: "\n") + "\n\(conclusion)\(warning)"
    }

    var facts: Fact {
        .members([
            ("accepted", .flag(exitCode == 0)), ("exitCode", .number(UInt64(exitCode))), ("simulated", .flag(isSimulated)),
            (
                "checks",
                .list(
                    lines.map { line in
                        .members(
                            [("field", .text(line.field)), ("passed", .flag(line.passed)), ("says", .text(line.says))]
                                + (line.mend.map { [("mend", .text($0))] } ?? []))
                    })
            ),
        ])
    }
}
