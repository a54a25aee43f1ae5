import Foundation
import Testing
import Wire

@testable import EnclaveHost

/// A host that does not keep the rules of slots: calls get an error, right data or no answer, as with any other host call.
@Suite(.serialized) struct HostileSlotTests {
    private static let programs = AttackedProgram.allCases.filter(\.callsThroughSlots)
    private static let isLong = ProcessInfo.processInfo.environment["INCLAVARE_LONG_TESTS"] != nil

    @Test("With an honest host each attacked program does through slots all it can do", arguments: programs)
    func honest(_ program: AttackedProgram) throws {
        let run = try HostAttackRun(program, isExitless: true)
        #expect(run.ending == .ran)
        #expect(run.text.hasSuffix("\(program) done\n"), "\(run.text) \(run.log)")
        #expect(run.complaints(program).isEmpty)
        print("\(program): \(run.throughSlots) calls through slots")
    }

    @Test(
        "Answers that are stale, another's, repeated, too early or too late, changed requests, broken words and a host that keeps a call",
        arguments: HostLie.allCases.filter(\.isOfSlot))
    func lies(_ lie: HostLie) throws {
        let calls: [(AttackedProgram, HostCall)] = [
            (.files, .fetchFile), (.volume, .readVolume), (.volume, .writeVolume), (.sockets, .receiveSocket),
            (.sockets, .sendSocket), (.threads, .wakeVCPU), (.streams, .writeStream),
        ]
        var told = 0
        for (program, call) in calls {
            for first in [0, 2] {
                let attack = try #require(HostAttack("\(program) \(call) \(first) 3 \(lie.rawValue) 5 exitless"))
                let run = try HostAttackRun(program, attack)
                #expect(run.complaints(program).isEmpty, "\(attack): \(run.log)")
                told += run.told
            }
        }
        print("\(lie.rawValue): told \(told) times")
        #expect(told > 0)
    }

    @Test("Attacks on calls through slots, from seeds") func seeds() throws {
        var endings: [String: Int] = [:]
        var told = 0
        let count: UInt64 = Self.isLong ? 1500 : 60
        for seed in 1...count {
            let attack = HostAttack(seed: seed, isExitless: true)
            let run = try HostAttackRun(attack.program, attack)
            #expect(run.complaints(attack.program).isEmpty, "\(attack): \(run.log)")
            endings["\(run.ending)", default: 0] += 1
            if run.told > 0 { told += 1 }
        }
        print("attacks through slots: \(count), \(told) of them with lies told; \(endings.sorted { $0.value > $1.value })")
        #expect(told > Int(count) / 4)
    }
}
