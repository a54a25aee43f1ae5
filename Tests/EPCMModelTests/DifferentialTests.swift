import Foundation
import Synchronization
import Testing

extension EPCMTests {
    /// Random sequences on the model and on the software SGX: any difference is a mistake in one of them.
    ///
    /// INCLAVARE_MODEL_SEED repeats one sequence, INCLAVARE_MODEL_SEQUENCES says how many, INCLAVARE_LONG_TESTS runs ten times as many.
    @Suite(.serialized) struct DifferentialTests {
        private static let layoutCount = 32
        private static let workers = 2

        private static func number(_ name: String) -> UInt64? {
            getenv(name).flatMap { String(cString: $0).split(separator: "x").last.flatMap { UInt64($0, radix: 16) } }
        }

        private var sequences: Int {
            if let wanted = getenv("INCLAVARE_MODEL_SEQUENCES").flatMap({ Int(String(cString: $0)) }) { return wanted }
            return getenv("INCLAVARE_LONG_TESTS") == nil ? 100_000 : 1_000_000
        }

        @Test func modelAndProcessorAgreeOnRandomSequences() throws {
            let layouts = try (0..<Self.layoutCount).map { try SignedLayout(number: $0, base: 0x30_0000_0000) }
            if let seed = Self.number("INCLAVARE_MODEL_SEED") {
                let runner = SequenceRunner(base: 0x30_0000_0000, other: StayingThread())
                defer { runner.other.stop() }
                return try check(seed, layouts, runner)
            }
            var seeds = SystemRandomNumberGenerator()
            let first: UInt64 = seeds.next()
            let underWay = try SeedsUnderWay(workers: Self.workers)
            print("model: \(sequences) sequences from seed 0x\(String(first, radix: 16)); seeds under way in \(underWay.path)")
            let begin = Date()
            let tally = Tally()
            let group = DispatchGroup()
            for worker in 0..<Self.workers {
                group.enter()
                Thread.detachNewThread {
                    work(worker, first, layouts, tally, underWay)
                    group.leave()
                }
            }
            group.wait()
            let seconds = Date().timeIntervalSince(begin)
            print(
                "model: \(tally.sequences.load(ordering: .relaxed)) sequences, \(tally.steps.load(ordering: .relaxed)) steps, \(seconds) s"
            )
            underWay.remove()
            for seed in tally.failed.withLock({ $0 }) {
                let runner = SequenceRunner(base: 0x30_0000_0000, other: StayingThread())
                defer { runner.other.stop() }
                try check(seed, layouts, runner)
            }
        }

        private func work(_ worker: Int, _ first: UInt64, _ layouts: [SignedLayout], _ tally: Tally, _ underWay: SeedsUnderWay) {
            let runner = SequenceRunner(base: 0x30_0000_0000 + UInt64(worker + 1) * 0x1000_0000, other: StayingThread())
            defer { runner.other.stop() }
            for index in stride(from: worker, to: sequences, by: Self.workers) {
                let seed = first &+ UInt64(index)
                underWay.set(worker, seed)
                let signed = layouts[Int(seed % UInt64(layouts.count))]
                let operations = OperationGenerator.sequence(seed: seed, layout: signed.layout)
                let difference = try? runner.difference(operations, signed, Manner(seed: seed))
                tally.sequences.add(1, ordering: .relaxed)
                tally.steps.add(operations.count, ordering: .relaxed)
                if difference != nil, tally.fail(seed) { return }
            }
        }

        /// Repeats one and reports it, shrunk.
        private func check(_ seed: UInt64, _ layouts: [SignedLayout], _ runner: SequenceRunner) throws {
            let signed = layouts[Int(seed % UInt64(layouts.count))]
            let operations = OperationGenerator.sequence(seed: seed, layout: signed.layout)
            let manner = Manner(seed: seed)
            guard let found = try runner.difference(operations, signed, manner) else { return }
            print("model: seed 0x\(String(seed, radix: 16)) differs, before it is shrunk: \(found)")
            let least = try runner.shrink(found, signed, manner)
            Issue.record("seed 0x\(String(seed, radix: 16)), layout \(seed % UInt64(layouts.count)), \(manner): \(least)")
        }
    }
}

private final class Tally: Sendable {
    let sequences = Atomic<Int>(0)
    let steps = Atomic<Int>(0)
    let failed = Mutex<[UInt64]>([])

    /// True when there are enough to look at.
    func fail(_ seed: UInt64) -> Bool {
        failed.withLock {
            $0.append(seed)
            return $0.count >= 8
        }
    }
}
