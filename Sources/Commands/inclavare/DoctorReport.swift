import Doctor

/// What `doctor` prints; docs/reference/doctor.md describes the JSON.
struct DoctorReport: Encodable {
    let schema = 1
    let verdict: Verdict
    let exitCode: Int32
    let summary: String
    let hardware: Verdict
    let simulationRuns: Bool
    let findings: [Finding]
    let facts: HostFacts

    init(_ facts: HostFacts, hardwareOnly: Bool) {
        let diagnosis = Diagnosis(facts)
        verdict = hardwareOnly ? diagnosis.hardware : diagnosis.verdict
        exitCode = verdict.exitCode
        summary = diagnosis.summary
        hardware = diagnosis.hardware
        simulationRuns = diagnosis.simulationRuns
        findings = diagnosis.findings
        self.facts = facts
    }

    private enum CodingKeys: CodingKey {
        case schema, verdict, exitCode, summary, hardware, simulationRuns, findings, facts
    }

    var text: [(String, String)] {
        [("verdict", "\(verdict.rawValue) (\(exitCode)): \(summary)")] + findings.map { ($0.id, Self.line($0)) }
    }

    private static func line(_ finding: Finding) -> String {
        let state =
            switch finding.state {
            case .good: "ok       "
            case .warning: "warning  "
            case .missing: "missing  "
            case .information: "-        "
            }
        return state + finding.says + (finding.remedy.map { "; to do: \($0)" } ?? "")
    }
}
