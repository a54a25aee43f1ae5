import Foundation
import Testing

/// python3 with sqlite3 on an encrypted volume that is killed again and again.
@Suite("SQLite on an encrypted volume", .enabled(if: Release.isUsable, Release.need)) struct PythonSQLiteTests {
    @Test("What was durable is there after the enclave was killed at any moment", arguments: ["wal", "delete"])
    func killed(journal: String) throws {
        let enclave = try Enclave(example: "python-sqlite")
        let volume = try TemporaryFolder()
        let options = ["--volume", "/data=\(volume.path)/ledger", "--env", "JOURNAL=\(journal)", "--env", "ENTRIES=100000"]
        var durable = 0
        for round in 1...4 {
            let application = try RunningApplication(enclave, options: options)
            try application.wait(forOutput: "durable ")
            let held = try #require(Self.last("holds ", application.output))
            // One more may be durable that nobody was told of.
            #expect([durable, durable + 1].contains(held), "round \(round), \(durable) durable: \(application.errors)")
            try application.wait(forOutput: "durable \(held + 5 * round)\n")
            _ = try application.stop(SIGKILL)
            durable = try #require(Self.last("durable ", application.output))
        }
        let last = try enclave.run(options: Array(options.dropLast(1)) + ["ENTRIES=1"])
        #expect(last.status == 0, "\(last.errors)")
        let held = try #require(Self.last("holds ", last.text))
        #expect([durable, durable + 1].contains(held))
    }

    /// The number behind the last of such lines that is whole.
    private static func last(_ word: String, _ output: String) -> Int? {
        let whole = output[..<(output.lastIndex(of: "\n") ?? output.startIndex)]
        guard let place = whole.range(of: word, options: .backwards) else { return nil }
        return Int(whole[place.upperBound...].prefix { $0.isNumber })
    }
}
