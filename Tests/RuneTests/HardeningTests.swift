import Foundation
import Testing

/// Attempts to get out, tried with rune and with the peers that are installed.
@Suite(.serialized, .enabled(if: Runtime.canRun, Runtime.need))
struct HardeningTests {
    @Test(arguments: Expectation.hardening, Runtime.installed)
    func holds(_ expectation: Expectation, _ runtime: Runtime) { expectation.judge(runtime) }

    /// The same attempts on a rune whose protection was taken out (Scripts/test-hardening): one that fails there too proves nothing.
    @Test(.enabled(if: Runtime.weakened != nil, "RUNE_WEAKENED_BIN names none"), arguments: Expectation.hardening)
    func provesSomething(_ expectation: Expectation) throws {
        let runtime = try #require(Runtime.weakened)
        if case .met = expectation.verdict(on: runtime) {
            Issue.record("without its protection rune holds all the same: \(expectation.sentence)")
        }
    }
}

extension Runtime {
    static let weakened = ProcessInfo.processInfo.environment["RUNE_WEAKENED_BIN"].map { Runtime(name: .rune, command: [$0]) }
}
