import Glibc
import Synchronization
import Testing
import Wire

/// One slot with both sides at work: whatever the order of their steps, each call is done once.
@Suite struct SlotModelTests {
    /// A slot and both sides of it, a step at a time.
    private struct Model {
        private enum Enclave { case idle, looking, withdrawing }
        private enum Host { case idle, seen(SlotWord), serving(SlotWord) }

        private var word = SlotWord(rawValue: 0)
        private var request: UInt64 = 0
        private var result: UInt64 = 0
        private var attended = true
        private var enclave = Enclave.idle
        private var host = Host.idle
        private var wait = SlotWait(number: 0, patience: 100)
        private(set) var made: UInt64 = 0
        /// How often each call was done, by the host and with an exit.
        private(set) var done: [UInt64: (host: Int, exit: Int)] = [:]
        private(set) var faults: [String] = []

        mutating func stepEnclave() {
            switch enclave {
            case .idle:
                // A new request must not change one that is still being served.
                if case .serving = host { faults.append("call \(made + 1) while \(made) is being served") }
                made += 1
                request = made &* 3
                wait = SlotWait(number: made, patience: 100)
                word = wait.published
                enclave = .looking
            case .looking: follow(wait.look(at: word, attended: attended))
            case .withdrawing:
                let free = word == wait.published
                if free { word = word.now(.free) }
                enclave = .looking
                follow(wait.withdrew(free))
            }
        }

        private mutating func follow(_ step: SlotWait.Step) {
            switch step {
            case .look, .rest: break
            case .withdraw: enclave = .withdrawing
            case .answered:
                if result != made &* 3 &+ 1 { faults.append("call \(made) has the result of another") }
                enclave = .idle
            case .exit:
                done[made, default: (0, 0)].exit += 1
                enclave = .idle
            case .broken: faults.append("call \(made) broken by an honest host")
            }
        }

        mutating func stepHost(declines: Bool) {
            switch host {
            case .idle: if word.phase == .published { host = .seen(word) }
            case .seen(let seen):
                host = .idle
                guard word == seen else { return }
                word = seen.now(.claimed)
                host = .serving(seen)
            case .serving(let claimed):
                if !declines {
                    result = request &+ 1
                    done[claimed.number, default: (0, 0)].host += 1
                }
                word = claimed.now(declines ? .declined : .answered)
                host = .idle
            }
        }

        mutating func setAttention(_ value: Bool) { attended = value }
    }

    @Test("In a million random orders of steps each call is done once, by the host or with an exit, and has its own result")
    func interleavings() {
        var byHost = 0
        var byExit = 0
        for seed in UInt64(1)...200 {
            var random = Steps(seed: seed)
            var model = Model()
            // How often the host comes to a step, from hardly to nearly always.
            let share = 1 + seed % 9
            for _ in 0..<5000 {
                if random.below(10) < share { model.stepHost(declines: random.below(20) == 0) } else { model.stepEnclave() }
                if random.below(500) == 0 { model.setAttention(random.below(2) == 0) }
            }
            #expect(model.faults.isEmpty)
            for number in 1..<max(model.made, 1) {
                let count = model.done[number] ?? (0, 0)
                #expect(count.host + count.exit == 1, "seed \(seed), call \(number): \(count)")
                byHost += count.host
                byExit += count.exit
            }
        }
        print("calls by the host \(byHost), with an exit \(byExit)")
        #expect(byHost > 1000 && byExit > 1000)
    }

    /// The words of a slot as two threads share them.
    private final class Shared: Sendable {
        let word = Atomic<UInt64>(0)
        let request = Atomic<UInt64>(0)
        let result = Atomic<UInt64>(0)
        let served = Atomic<UInt64>(0)
        let isOver = Atomic<Bool>(false)

        func exchange(_ from: SlotWord, _ to: SlotWord) -> Bool {
            word.compareExchange(expected: from.rawValue, desired: to.rawValue, ordering: .sequentiallyConsistent).exchanged
        }
    }

    @Test("Two threads: the sum of what the host did and what was done with exits is the number of calls") func threads() async {
        let shared = Shared()
        async let host: Void = Self.serve(shared)
        var exits: UInt64 = 0
        let calls: UInt64 = 4000
        for number in 1...calls {
            // Relaxed: it is the word that orders them.
            shared.request.store(number &* 7, ordering: .relaxed)
            var wait = SlotWait(number: number, patience: 100)
            shared.word.store(wait.published.rawValue, ordering: .releasing)
            if !Self.finish(&wait, shared) {
                exits += 1
                continue
            }
            let result = shared.result.load(ordering: .relaxed)
            #expect(result == number &* 7 &+ 5)
        }
        shared.isOver.store(true, ordering: .releasing)
        await host
        let served = shared.served.load(ordering: .relaxed)
        #expect(served + exits == calls)
        // Of one call in sixteen that is left to it the host declines a tenth.
        #expect(served > calls / 32)
        print("two threads: \(exits) of \(calls) calls with exits")
    }

    /// Whether the host answered.
    private static func finish(_ wait: inout SlotWait, _ shared: Shared) -> Bool {
        while true {
            switch wait.look(at: SlotWord(rawValue: shared.word.load(ordering: .acquiring)), attended: true) {
            case .look, .rest: break
            // Some calls are left until the host has come to it, so that there are some of both kinds on any machine.
            case .withdraw where wait.published.number % 16 == 0: sched_yield()
            case .withdraw:
                if wait.withdrew(shared.exchange(wait.published, wait.published.now(.free))) == .exit { return false }
            case .answered: return true
            case .exit: return false
            case .broken:
                Issue.record("broken")
                return false
            }
        }
    }

    private static func serve(_ shared: Shared) async {
        var random = Steps(seed: 3)
        while !shared.isOver.load(ordering: .acquiring) {
            let word = SlotWord(rawValue: shared.word.load(ordering: .acquiring))
            guard word.phase == .published else { continue }
            for _ in 0..<random.below(400) { _ = shared.served.load(ordering: .relaxed) }
            guard shared.exchange(word, word.now(.claimed)) else { continue }
            let declines = random.below(10) == 0
            if !declines {
                shared.result.store(shared.request.load(ordering: .relaxed) &+ 5, ordering: .relaxed)
                shared.served.add(1, ordering: .relaxed)
            }
            shared.word.store(word.now(declines ? .declined : .answered).rawValue, ordering: .releasing)
        }
    }
}

/// Splitmix64.
private struct Steps {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return (bits ^ bits >> 31) % bound
    }
}
