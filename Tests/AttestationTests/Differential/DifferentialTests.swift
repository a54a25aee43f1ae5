import Attestation
import Foundation
import Testing

@Suite("Differential test against dcap-qvl")
struct DifferentialTests {
    static let count = ProcessInfo.processInfo.environment["INCLAVARE_LONG_TESTS"] == nil ? 200 : 2_000
    static let seed = UInt64(ProcessInfo.processInfo.environment["INCLAVARE_SEED"] ?? "") ?? 20_261_122

    @Test("random changes to quotes and collateral get its verdict, or differ for a reason that is named")
    func randomChanges() throws {
        guard var maker = try DifferentialCases(seed: Self.seed) else { return }
        let cases = try (0..<Self.count).map { _ in try maker.next() }
        let verdicts = try DcapQvl.judge(cases)
        var same = 0
        var accepted = 0
        var reasons: [String: Int] = [:]
        var unexplained: [String] = []
        for (item, verdict) in zip(cases, verdicts) {
            let ours = item.judge()
            if verdict.agrees(withSwitches: ours) {
                same += 1
                if case .success = ours { accepted += 1 }
            } else if let reason = DifferentialReason(item, ours, verdict) {
                reasons[reason.rawValue, default: 0] += 1
            } else {
                unexplained.append("\(item.change)\n    dcap-qvl: \(verdict)\n    ours: \(Self.summary(ours))")
            }
        }
        print(
            "dcap-qvl, seed \(Self.seed): \(cases.count) cases, \(same) the same (\(accepted) accepted), \(unexplained.count) unexplained"
        )
        print(reasons.sorted { $0.key < $1.key }.map { "    \($0.value): \($0.key)" }.joined(separator: "\n"))
        print(unexplained.joined(separator: "\n"))
        #expect(unexplained.isEmpty)
        #expect(accepted > cases.count / 20)
    }

    private static func summary(_ ours: Result<VerifiedQuote, VerificationFailure>) -> String {
        switch ours {
        case .success(let quote): "\(quote.status.rawValue) \(quote.advisories)"
        case .failure(let failure): "refused: \(failure)"
        }
    }
}
