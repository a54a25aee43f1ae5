/// What a program said in the Test Anything Protocol, and how it ended.
struct TAPReport: Sendable {
    var plan: Int?
    var passed: [String] = []
    var failed: [String] = []
    var skipped: [String] = []

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            if let plan = line.wholeMatch(of: /1\.\.(\d+)/) { self.plan = Int(plan.1) }
            guard let result = line.wholeMatch(of: /(ok|not ok) \d+ *(?:- )?(.*)/) else { continue }
            let name = String(result.2)
            if result.1 == "not ok" {
                failed.append(name)
            } else if name.contains("# SKIP") {
                skipped.append(name)
            } else {
                passed.append(name)
            }
        }
    }

    var count: Int { passed.count + failed.count + skipped.count }
    /// Every announced check was made, and none failed or was left out.
    var isClean: Bool { plan == count && count > 0 && failed.isEmpty && skipped.isEmpty }

    var summary: String {
        "\(passed.count) of \(plan.map(String.init) ?? "an unknown number") passed"
            + (failed + skipped).map { "\n  failed: \($0)" }.joined()
    }
}
