import EnclaveTestSupport
import Foundation
import Glibc
import Testing
import Wire

@testable import EnclaveHost

/// Unmodified python3 over a host that lies now and then about anything: right results, an error, or the enclave's end.
///
/// Skipped where the packages cannot be had.
@Suite(.serialized) struct HostileProgramTests {
    private static let isLong = ProcessInfo.processInfo.environment["INCLAVARE_LONG_TESTS"] != nil
    private static let isPossible = geteuid() == 0 && (try? PackagedTree.python.get()) != nil

    @Test("With an honest host python3 does all it can do, and finds what it left", .enabled(if: isPossible)) func honest() throws {
        // The arguments are measured: with another journal it is another enclave, which has its own volume.
        for (journal, vault) in [("wal", try Vault()), ("delete", try Vault())].flatMap({ [$0, $0] }) {
            let run = try HostilePythonRun(journal: journal, vault: vault, lies: nil)
            #expect(run.ending == .ran)
            for part in ["files", "volume", "database", "loopback", "threads", "python"] {
                #expect(run.text.contains("\(part) done\n"), "\(run.text) \(run.log)")
            }
            #expect(run.complaints.isEmpty)
        }
    }

    @Test("Whatever the host lies about, nothing verified or sealed is ever wrong, and the LibOS stands", .enabled(if: isPossible))
    func lies() throws {
        let first = UInt64(ProcessInfo.processInfo.environment["INCLAVARE_ATTACK_SEED"] ?? "") ?? 1
        let count: UInt64 = Self.isLong ? 300 : 12
        var endings: [String: Int] = [:]
        var told = 0
        var vaults = ["wal": try Vault(), "delete": try Vault()]
        for seed in first..<first + count {
            var random = RandomBits(seed: seed)
            let every = [400, 150, 60, 20][random.below(4)]
            let journal = random.below(2) == 0 ? "wal" : "delete"
            let vault = try #require(vaults[journal])
            let run = try HostilePythonRun(journal: journal, vault: vault, lies: (seed, every))
            #expect(run.complaints.isEmpty, "seed \(seed), one in \(every), \(journal): \(run.log) \(run.told)")
            endings["\(run.ending)", default: 0] += 1
            told += run.told.values.reduce(0, +)
            // What hostile runs left is looked at by honest ones.
            if seed % 4 == 0 {
                let honest = try HostilePythonRun(journal: journal, vault: vault, lies: nil)
                #expect(honest.complaints.isEmpty, "after seed \(seed): \(honest.text) \(honest.log)")
                vaults[journal] = try Vault()
            }
        }
        print("python3: \(count) runs, \(told) lies told; \(endings.sorted { $0.value > $1.value })")
        #expect(told > 0)
    }
}
