import Foundation
import Testing
import Wire

@testable import EnclaveHost

/// Lies about every host call, made from seeds: the program gets an error or the enclave ends; what the host may not change stays right, and
/// nothing is written beside the request or told that is the program's own.
@Suite(.serialized) struct HostAttackTests {
    private static let isLong = ProcessInfo.processInfo.environment["INCLAVARE_LONG_TESTS"] != nil

    @Test("With an honest host each attacked program does all it can do", arguments: AttackedProgram.allCases)
    func honest(_ program: AttackedProgram) throws {
        let run = try HostAttackRun(program)
        #expect(run.ending == .ran)
        #expect(run.text.hasSuffix("\(program) done\n"), "\(run.text) \(run.log)")
        #expect(run.complaints(program).isEmpty)
        // A call that is never made is never lied about.
        #expect(Set(program.own).subtracting(run.made).isEmpty, "\(run.log)")
    }

    @Test("Every host call there is can be lied about, and the corpus lies about every one") func everyCall() throws {
        let attacked = Set(AttackedProgram.allCases.flatMap(\.calls))
        #expect(Set(HostCall.allCases).subtracting(AttackedProgram.retired) == attacked)
        let corpus = Set(try HostAttackCorpus.lines().compactMap { HostAttack($0)?.call })
        #expect(attacked == corpus)
    }

    private func attack(_ attack: HostAttack, _ endings: inout [String: Int]) throws -> Bool {
        let run = try HostAttackRun(attack.program, attack)
        let complaints = run.complaints(attack.program)
        #expect(complaints.isEmpty, "\(attack): \(run.log)")
        endings["\(run.ending)", default: 0] += 1
        return run.told > 0
    }

    @Test("Attacks that were worth keeping: one of every kind on every call, and those that once broke something")
    func corpus() throws {
        let lines = try HostAttackCorpus.lines()
        #expect(lines.count > 500)
        var endings: [String: Int] = [:]
        // The long tests take all of them.
        for (number, line) in lines.enumerated() where Self.isLong || number % 6 == 0 {
            let attack = try #require(HostAttack(line), "\(line)")
            #expect(attack.description == line)
            _ = try self.attack(attack, &endings)
        }
        print("attacks of the corpus: \(endings.sorted { $0.value > $1.value })")
    }

    @Test("Attacks from seeds") func seeds() throws {
        var endings: [String: Int] = [:]
        var told = 0
        let first = UInt64(ProcessInfo.processInfo.environment["INCLAVARE_ATTACK_SEED"] ?? "") ?? 1
        let count = UInt64(ProcessInfo.processInfo.environment["INCLAVARE_ATTACKS"] ?? "") ?? (Self.isLong ? 4000 : 200)
        for seed in first..<first + count where try attack(HostAttack(seed: seed), &endings) { told += 1 }
        print("attacks from seeds: \(count), \(told) of them with lies told; \(endings.sorted { $0.value > $1.value })")
        // A driver whose lies are never told finds nothing.
        #expect(count < 50 || told > Int(count) / 3)
    }
}

/// Attacks as lines of text; what stands behind a # is for people.
enum HostAttackCorpus {
    static func lines() throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = try String(contentsOf: folder.appending(path: "Corpus/attacks.txt"), encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let attack = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            return attack.isEmpty ? nil : attack
        }
    }
}
