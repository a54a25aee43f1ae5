import CSoftSGX
import EnclaveLayout
import EnclaveTestSupport
import Foundation
import Glibc
import SoftSGX
import Synchronization
import Testing

private let ticks = Atomic<Int>(0)
private func tick(_: Int32, _: UnsafeMutableRawPointer?, _: UnsafeMutableRawPointer?) { ticks.add(1, ordering: .relaxed) }

@Suite(.serialized) struct StressTests {
    /// Long enough to hit every window in and out; INCLAVARE_LONG_TESTS makes it half a minute.
    private var seconds: Double { getenv("INCLAVARE_LONG_TESTS") == nil ? 1.5 : 30 }

    @Test(arguments: [true, false])
    func eightThreadsUnderATenKilohertzTimerComputeNothingWrong(patched: Bool) throws {
        let processor = try Processor(vcpus: 8, patched: patched)
        try SignalHandling.handle(SIGUSR1, tick)
        let tally = Tally()
        let end = Date(timeIntervalSinceNow: seconds)
        let before = ticks.load(ordering: .relaxed)
        let group = DispatchGroup()
        for vcpu in 0..<8 {
            group.enter()
            Thread.detachNewThread {
                Self.work(processor, UInt32(vcpu), until: end, tally)
                group.leave()
            }
        }
        group.wait()
        let happened = ticks.load(ordering: .relaxed) - before
        let rounds = tally.rounds.load(ordering: .relaxed)
        print("signal stress, \(patched ? "patched" : "trapping"): \(happened) signals, \(rounds) rounds")
        #expect(tally.wrong.load(ordering: .relaxed) == 0)
        #expect(happened > 1000)
        #expect(rounds > 100)
    }

    private static func work(_ processor: Processor, _ vcpu: UInt32, until end: Date, _ tally: Tally) {
        guard let thread = try? processor.enclave.attach() else {
            tally.wrong.add(1, ordering: .relaxed)
            return
        }
        let timer = ThreadTimer(signal: SIGUSR1, microseconds: 100)
        defer { timer.stop() }
        let tcs = processor.tcs(vcpu)
        var seed = UInt64(vcpu) * 977
        while Date() < end {
            seed += 1
            let length = seed % 3000 + 1
            let computed = processor.call(thread, .compute, length, seed, tcs: tcs)
            let right = computed == .finished(Processor.computed(rounds: length, seed: seed))
            let echoed = processor.call(thread, .echo, seed, tcs: tcs) == .finished(seed + 1)
            let divided = seed % 8 != 0 || processor.call(thread, .divide, seed, tcs: tcs) == .finished(seed + 1)
            if !right || !echoed || !divided { tally.wrong.add(1, ordering: .relaxed) }
            tally.rounds.add(1, ordering: .relaxed)
        }
    }
}

private final class Tally: Sendable {
    let wrong = Atomic<Int>(0)
    let rounds = Atomic<Int>(0)
}
