import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("Agreement with the stored verdicts of dcap-qvl and of Intel's library")
struct AgreementTests {
    /// Counts of one kind of case against one oracle.
    struct Row {
        var cases = 0
        var agree = 0
        var deliberate: [String: Int] = [:]
        var disagree: [String] = []
    }

    @Test("every case has the oracle's verdict, or differs by one documented switch and has it with the oracle's switches")
    func allCases() throws {
        let kinds: [(String, [AgreementCase])] = [
            ("real quotes", try AgreementCase.realQuotes()), ("synthetic", try AgreementCase.synthetic()),
            ("mutants", try AgreementCase.mutants()),
        ]
        var differences: Set<String> = []
        var lines = ["agreement:            cases  agree  deliberate  disagree"]
        for (kind, cases) in kinds {
            for oracle in Oracle.allCases {
                var row = Row()
                for item in cases { Self.compare(item, oracle, &row) }
                let deliberate = row.deliberate.values.reduce(0, +)
                lines.append("\(kind), \(oracle.rawValue): \(row.cases)  \(row.agree)  \(deliberate)  \(row.disagree.count)")
                lines += row.deliberate.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)" }
                lines += row.disagree.map { "    DISAGREE \($0)" }
                differences.formUnion(row.deliberate.keys)
                #expect(row.disagree.isEmpty, "\(kind), \(oracle.rawValue)")
            }
        }
        print(lines.joined(separator: "\n"))
        #expect(differences.count <= 10)
        #expect(differences.isSubset(of: try Self.documented()))
    }

    /// Without switches first; then with the oracle's, which must give the oracle's verdict in every case.
    private static func compare(_ item: AgreementCase, _ oracle: Oracle, _ row: inout Row) {
        guard let verdict = item.verdicts[oracle] else { return }
        row.cases += 1
        let strict = item.judge(.strict)
        let switched = item.judge(oracle.options)
        guard verdict.agrees(withSwitches: switched) else {
            row.disagree.append("\(item.name): \(oracle.rawValue) says \(verdict), with its switches we say \(summary(switched))")
            return
        }
        guard !verdict.agrees(withStrict: strict) else {
            row.agree += 1
            return
        }
        if let one = oracle.singleSwitches.first(where: { verdict.agrees(withStrict: item.judge($0.options)) }) {
            row.deliberate[one.name, default: 0] += 1
        } else {
            row.disagree.append("\(item.name): \(oracle.rawValue) says \(verdict), without switches we say \(summary(strict))")
        }
    }

    private static func summary(_ ours: Result<VerifiedQuote, VerificationFailure>) -> String {
        switch ours {
        case .success(let quote): "\(quote.status.rawValue) \(quote.advisories) ended \(quote.expiredParts.map(\.rawValue))"
        case .failure(let failure): "refused: \(failure)"
        }
    }

    /// The switches that the reference page lists as deliberate differences.
    private static func documented() throws -> Set<String> {
        let page = Vectors.packageRoot.appendingPathComponent("docs/reference/verification-differences.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        return Set(lines.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) })
    }
}
