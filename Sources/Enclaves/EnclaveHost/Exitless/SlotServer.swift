import CLinux
import Linux
import Synchronization
import Wire

/// The thread that serves calls without exits: it looks at the slots of all vCPUs, in turn, for as long as calls come.
///
/// When none came for a while it sleeps, and says so in every slot; vCPUs then leave for their calls, and wake it when those come thick
/// enough. It never waits in a call: what would wait is declined.
package final class SlotServer: Sendable {
    /// How eagerly it looks.
    package enum Diligence: Sendable {
        /// Never: all calls are made with exits.
        case never
        /// While calls come faster than sleeping and waking pays, and the processor is not wanted by others.
        case whenBusy
        /// From the first call on, and whatever it costs.
        case always
    }

    private static let stackBytes = 256 << 10

    private let pace: SlotServerPace
    /// Call areas by the order they came in; kept as long as this, so that the thread needs no reference of its own to each.
    private let areas = Mutex<[(vcpu: Int, area: CallArea)]>([])
    private let areaCount = Atomic<Int>(0)
    private let bell: Mapping
    private let isAsleep = Atomic<Bool>(false)
    private let isStarted = Atomic<Bool>(false)
    private let isEnded = Atomic<Bool>(false)

    init(_ diligence: Diligence) throws(SystemCallError) {
        pace = SlotServerPace(diligence)
        bell = try Mapping(bytes: 4096)
    }

    private var bellWord: UnsafeMutablePointer<UInt32> { bell.pointer.assumingMemoryBound(to: UInt32.self) }

    /// A vCPU is about to be entered with this call area; it is looked at until the enclave ends.
    func add(_ area: CallArea, vcpu: Int) {
        areas.withLock { $0.append((vcpu, area)) }
        areaCount.add(1, ordering: .releasing)
    }

    /// A call came with an exit that could have come without.
    func wake(_ server: HostCallServer) {
        guard pace.pays() else { return }
        if !isStarted.load(ordering: .relaxed) {
            start(server)
        } else if isAsleep.load(ordering: .sequentiallyConsistent) {
            cl_unpark(bellWord)
        }
    }

    /// No call is served after the one that is under way; the thread ends by itself.
    func end() {
        isEnded.store(true, ordering: .sequentiallyConsistent)
        cl_unpark(bellWord)
    }

    private func start(_ server: HostCallServer) {
        guard isStarted.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
        let ticket = Unmanaged.passRetained(SlotTicket(slots: self, server: server))
        let result = cl_start_thread(runSlots, ticket.toOpaque(), Self.stackBytes)
        if result < 0 { ticket.release() }
    }

    fileprivate func run(_ server: HostCallServer) {
        cl_block_signals(.max)
        var slots: [(vcpu: Int, slot: SlotView)] = []
        var watch = pace.watch()
        setAttention(pace.patience, &slots)
        while !isEnded.load(ordering: .relaxed) {
            if slots.count != areaCount.load(ordering: .acquiring) { setAttention(pace.patience, &slots) }
            if serveAll(slots, server) {
                watch.served()
            } else if watch.isTired() {
                sleep(&slots, server)
                watch = pace.watch()
            } else {
                cl_relax()
            }
        }
        setAttention(0, &slots)
    }

    /// Looks once more after the enclave was told, so that no call waits for one who sleeps.
    private func sleep(_ slots: inout [(vcpu: Int, slot: SlotView)], _ server: HostCallServer) {
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        setAttention(0, &slots)
        if !serveAll(slots, server), !isEnded.load(ordering: .sequentiallyConsistent) { cl_park(bellWord, .max) }
        isAsleep.store(false, ordering: .sequentiallyConsistent)
        setAttention(pace.patience, &slots)
    }

    private func setAttention(_ attention: UInt64, _ slots: inout [(vcpu: Int, slot: SlotView)]) {
        slots = areas.withLock { $0 }.map { ($0.vcpu, $0.area.slot) }
        for slot in slots { slot.slot.store(attention: attention) }
    }

    /// Whether there was a call.
    private func serveAll(_ slots: [(vcpu: Int, slot: SlotView)], _ server: HostCallServer) -> Bool {
        var found = false
        for (vcpu, slot) in slots {
            let word = slot.word
            guard word.phase == .published, slot.claim(word) else { continue }
            found = true
            let call = slot.call
            let result = server.serveAtOnce(call, vcpu: vcpu)
            if let result { call.store(result: result) }
            slot.store(signalsWait: server.newsWaits)
            slot.finish(word, result == nil ? .declined : .answered)
        }
        return found
    }
}

private final class SlotTicket {
    let slots: SlotServer
    let server: HostCallServer

    init(slots: SlotServer, server: HostCallServer) {
        self.slots = slots
        self.server = server
    }

    func run() { slots.run(server) }
}

/// A named function of the file: a closure would inherit the isolation of where it stands.
private func runSlots(_ argument: UnsafeMutableRawPointer?) {
    guard let argument else { return }
    Unmanaged<SlotTicket>.fromOpaque(argument).takeRetainedValue().run()
}
