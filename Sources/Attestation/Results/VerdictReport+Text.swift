extension VerdictReport {
    /// A line for each check, ✓ or ✗, what would mend the failed ones, and the conclusion.
    public var text: String {
        let width = max(16, lines.map(\.field.count).max() ?? 0)
        var result: [String] = []
        for line in lines {
            let field = line.field + String(repeating: " ", count: width - line.field.count)
            result.append("\(line.passed ? "✓" : "✗") \(field) \(Self.oneLine(line.text))")
            if !line.passed, let mend = line.mend { result.append("    → \(Self.oneLine(mend))") }
        }
        return (result + [conclusion]).joined(separator: "\n")
    }

    /// Names of certificates come from others: they may not begin a line of their own, nor move the cursor.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    private var conclusion: String {
        let warning =
            isSimulated ? " SIMULATED: software SGX, NOT CONFIDENTIAL, protects nothing from this machine's administrator." : ""
        switch outcome {
        case .accepted: return "ACCEPTED.\(warning)"
        case .refused: return "REFUSED by the policy.\(warning)"
        case .badEvidence: return "REFUSED: the evidence is bad."
        case .staleCollateral: return "REFUSED: the collateral is missing or not of this time."
        }
    }
}
