import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// One epoll over all of an enclave's sockets and streams, edge-triggered, and the wake-up of the vCPU that waits for it.
final class EventWatch: Sendable {
    /// Names the wake-up among the handles.
    private static let wakeUp = UInt64.max

    private let epoll: FileDescriptor
    private let bell: FileDescriptor
    /// The vCPU that waits, and one more; 0: none.
    private let watcher = Atomic<Int>(0)

    init() throws(SystemCallError) {
        epoll = FileDescriptor(owning: try SystemCallError.check(cl_epoll_make(), "make an epoll"))
        bell = FileDescriptor(owning: try SystemCallError.check(cl_event_make(), "make an eventfd"))
        try SystemCallError.check(cl_epoll_add_bell(epoll.raw, bell.raw, Self.wakeUp), "watch an eventfd")
    }

    /// 0, or a negative errno.
    func add(_ descriptor: Int32, _ name: UInt64) -> Int64 { Int64(cl_epoll_add(epoll.raw, descriptor, name)) }

    /// Wakes the vCPU where it waits here; its word says so already, for the one that is about to.
    func ring(_ vcpu: Int) {
        if watcher.load(ordering: .sequentiallyConsistent) == vcpu + 1 { ring() }
    }

    /// Told until the vCPU that waits has read it: one that only looks must not take it away.
    func ring() {
        var one: UInt64 = 1
        _ = write(bell.raw, &one, 8)
    }

    /// Waits, and writes pairs of handle and events into the data area; how many.
    func await(_ vcpu: Int, word: UnsafeMutablePointer<UInt32>, _ call: CallView) -> Int64 {
        var limit = call.argument(0)
        if limit > 0 {
            watcher.store(vcpu + 1, ordering: .sequentiallyConsistent)
            if cl_unparked(word) != 0 { limit = 0 }
        }
        defer {
            if call.argument(0) > 0 {
                watcher.store(0, ordering: .sequentiallyConsistent)
                _ = cl_unparked(word)
            }
        }
        return withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: NetworkFrame.mostEvents) { events in
            guard let base = events.baseAddress else { return 0 }
            let count = cl_epoll_wait(epoll.raw, base, Int32(NetworkFrame.mostEvents), limit)
            guard count > 0 else { return 0 }
            let found = UnsafeBufferPointer(start: base, count: count)
            if call.argument(0) > 0, found.contains(where: { $0.data.u64 == Self.wakeUp }) { silence() }
            return Self.report(found, call)
        }
    }

    private func silence() {
        var rung: UInt64 = 0
        _ = read(bell.raw, &rung, 8)
    }

    private static func report(_ events: UnsafeBufferPointer<epoll_event>, _ call: CallView) -> Int64 {
        var count = 0
        for event in events where event.data.u64 != wakeUp {
            call.data.storeBytes(of: UInt32(truncatingIfNeeded: event.data.u64), toByteOffset: count * 8, as: UInt32.self)
            call.data.storeBytes(of: event.events, toByteOffset: count * 8 + 4, as: UInt32.self)
            count += 1
        }
        return Int64(count)
    }
}
