import CLinux
import Synchronization
import Wire

/// When looking at slots pays: the measure of a processor that is spent on saving exits.
final class SlotServerPace: Sendable {
    /// As long as the kernel's tick, in which so many calls must have come: on the average not farther apart than `patience`.
    private static let tick: UInt64 = 4_000_000
    private static let mostCalls: UInt32 = 64
    /// After which it sleeps no longer than this even when others want the processor.
    private static let longestRefusal: UInt64 = 256 * tick

    private let diligence: SlotServer.Diligence
    private let interval = Atomic<UInt64>(0)
    private let calls = Atomic<UInt32>(0)
    /// No looking before this time.
    private let refusedUntil = Atomic<UInt64>(0)
    private let refusal = Atomic<UInt64>(SlotServerPace.tick)

    init(_ diligence: SlotServer.Diligence) { self.diligence = diligence }

    /// Told of a call with an exit: whether it is time to look.
    func pays() -> Bool {
        switch diligence {
        case .never: return false
        case .always: return true
        case .whenBusy: break
        }
        let now = cl_coarse_time()
        let current = now / Self.tick
        if interval.exchange(current, ordering: .relaxed) != current { calls.store(0, ordering: .relaxed) }
        guard calls.add(1, ordering: .relaxed).newValue >= Self.mostCalls else { return false }
        return refusedUntil.load(ordering: .relaxed) <= now
    }

    /// How long the enclave does well to wait for a call to be taken, in looks: about as long as an exit takes, some microseconds.
    ///
    /// With `always` some milliseconds, in which a thread that others keep from its processor comes to its turn.
    var patience: UInt64 { diligence == .always ? 1 << 17 : 256 }

    /// A time of looking begins.
    func watch() -> SlotWatch { SlotWatch(self, isTireless: diligence == .always) }

    /// It came to nothing, or others wanted the processor: no looking for a while, and for longer each time that follows soon.
    fileprivate func refuse() {
        let now = cl_coarse_time()
        let last = refusedUntil.load(ordering: .relaxed)
        let length = refusal.load(ordering: .relaxed)
        let next = now > last &+ 4 * length ? Self.tick : min(length * 2, Self.longestRefusal)
        refusal.store(next, ordering: .relaxed)
        refusedUntil.store(now + next, ordering: .relaxed)
    }
}

/// How long the thread that looks at slots goes on without a call.
struct SlotWatch {
    /// Looks at all slots: some tens of microseconds.
    private static let patience = 1000
    /// A tireless one gives up after some tens of milliseconds all the same: the program waits for something.
    private static let longPatience = 1_000_000
    /// How often it asks whether others want the processor, in looks.
    private static let interval = 256

    private let pace: SlotServerPace
    private let isTireless: Bool
    private var hasServed = false
    private var idle = 0
    private var looks = 0
    private var preemptions = cl_preemptions()

    fileprivate init(_ pace: SlotServerPace, isTireless: Bool) {
        self.pace = pace
        self.isTireless = isTireless
    }

    mutating func served() {
        hasServed = true
        idle = 0
    }

    /// Whether to stop looking, after another look that found nothing.
    mutating func isTired() -> Bool {
        idle += 1
        if isTireless { return idle >= Self.longPatience }
        looks += 1
        let isWanted = looks % Self.interval == 0 && isWanted()
        let isTired = isWanted || idle >= Self.patience
        if isWanted || isTired && !hasServed { pace.refuse() }
        return isTired
    }

    private mutating func isWanted() -> Bool {
        let before = preemptions
        preemptions = cl_preemptions()
        return preemptions != before
    }
}
