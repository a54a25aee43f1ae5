import Synchronization
import Wire

@testable import EnclaveHost

/// Lies now and then, whatever call comes: which and how follows from a seed and from how many calls there were.
final class AnyCallLiar: Sendable {
    private struct State {
        var random: RandomBits
        var told: [String: Int] = [:]
    }

    private let every: Int
    private let base: UInt64
    private let state: Mutex<State>

    /// One in `every` calls is served wrongly.
    init(seed: UInt64, every: Int, enclave base: UInt64) {
        self.every = every
        self.base = base
        state = Mutex(State(random: RandomBits(seed: seed)))
    }

    /// The lies that were told, by call and kind.
    var told: [String: Int] { state.withLock { $0.told } }

    private static let lies = HostLie.allCases.filter { !$0.isOfSlot && $0 != .racing && $0 != .old }

    func serve(_ name: HostCall, _ call: CallView, _ honestly: () -> Int64) -> Int64 {
        guard let lie = choose(name) else { return honestly() }
        return lie.serve(name, call, honestly)
    }

    private func choose(_ name: HostCall) -> HostLiar? {
        state.withLock { state in
            guard name != .exited, state.random.below(every) == 0 else { return nil }
            let suitable = Self.lies.filter { $0.suits(name) }
            let lie = suitable[state.random.below(suitable.count)]
            state.told["\(name) \(lie.rawValue)", default: 0] += 1
            let attack = HostAttack(always: lie, about: name, salt: state.random.next() >> 40)
            return HostLiar(attack, enclave: base)
        }
    }
}
