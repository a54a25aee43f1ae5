import Foundation
import Testing

/// The programs of Tests/Conformance: what they find natively, they find in an enclave, to the line.
@Suite("Conformance", .enabled(if: Release.isUsable, Release.need), .serialized) struct ConformanceTests {
    @Test("Every conformance program prints the same natively and in an enclave", arguments: ["fixed", "dynamic", "exitless"])
    func same(kind: String) throws {
        let run = try Command.run(
            ["\(Command.packageRoot)/Scripts/conformance"] + (kind == "fixed" ? [] : ["--dynamic"])
                + (kind == "exitless" ? ["--exitless"] : []),
            environment: ["INCLAVARE_BIN": Release.inclavare, "INCLAVARE_CACHE": TestTree.cache], within: 900)
        #expect(run.status == 0, "\(run.text) \(run.errors)")
        print("conformance, \(kind): \(run.text.split(separator: "\n").last ?? "nothing")")
    }
}
