import Foundation
import Testing

/// CPython's own tests: their outcomes in an enclave are those they have natively.
@Suite(
    "CPython's tests", .enabled(if: Release.isUsable, Release.need),
    .enabled(if: ProcessInfo.processInfo.environment["INCLAVARE_LONG_TESTS"] != nil, "it takes minutes: make test-long"))
struct CPythonTests {
    @Test("Every test of forty-eight modules ends in an enclave as it does natively, or its difference is known") func same() throws
    {
        let run = try Command.run(
            ["\(Command.packageRoot)/Scripts/cpython-tests"],
            environment: ["INCLAVARE_BIN": Release.inclavare, "INCLAVARE_CACHE": TestTree.cache], within: 3600)
        #expect(run.status == 0, "\(run.text) \(run.errors)")
        print("CPython: \(run.text.split(separator: "\n").last ?? "nothing")")
    }
}
