import EnclaveRuntime
import Wire

/// All sockets and streams of the host, and how the kernel learns what happened to them: from an idle vCPU that waits for all of them at once, or by
/// asking in passing.
///
/// All of it under the kernel lock.
enum HostEvents {
    /// By their handles; the streams come first.
    nonisolated(unsafe) private static var sources = [HostSource?](repeating: nil, count: Int(NetworkFrame.firstHandle))
    nonisolated(unsafe) private static var free: [UInt32] = []
    /// Sockets there are.
    nonisolated(unsafe) private static var open = 0
    /// Streams the host tells of.
    nonisolated(unsafe) private static var streams = 0
    /// A vCPU waits for events in the host.
    nonisolated(unsafe) private(set) static var isWatched = false
    nonisolated(unsafe) private static var lastLook: UInt64 = 0
    /// Counts calls that came back, so that news which are older than one of them are known for that.
    nonisolated(unsafe) private static var calls: UInt64 = 0
    nonisolated(unsafe) private static var callsAtLook: UInt64 = 0
    /// Counts news that were taken in: of two vCPUs that bring some the first may bring the newer ones.
    nonisolated(unsafe) private static var deliveries: UInt64 = 0

    /// There is something to watch: any socket, but of streams only those that somebody waits for.
    static var areNeeded: Bool { open > 0 || (streams > 0 && isStreamAwaited) }

    private static var isStreamAwaited: Bool { isAwaited(0) || isAwaited(1) || isAwaited(2) }

    private static func isAwaited(_ handle: Int) -> Bool { sources[handle]?.isAwaited ?? false }

    /// There is something to watch, nobody does, and there are threads beside the one that computes.
    static var areMissed: Bool { !isWatched && Scheduler.threadsStarted > 1 && areNeeded }

    /// There is something the host may tell of.
    private static var haveSources: Bool { open > 0 || streams > 0 }

    // MARK: Handles

    /// A number for a new socket.
    static func reserve() throws(Errno) -> UInt32 {
        if let handle = free.popLast() { return handle }
        let handle = UInt32(sources.count)
        guard handle < NetworkFrame.handleLimit else { throw .ENFILE }
        sources.append(nil)
        return handle
    }

    static func release(_ handle: UInt32) { free.append(handle) }

    static func add(_ source: HostSource, as handle: UInt32) {
        sources[Int(handle)] = source
        if handle < NetworkFrame.firstHandle { streams += 1 } else { open += 1 }
        KernelWork.note()
    }

    /// Its number is given away only after `release`.
    static func remove(_ handle: UInt32) {
        sources[Int(handle)] = nil
        if handle < NetworkFrame.firstHandle { streams -= 1 } else { open -= 1 }
    }

    static var allSockets: [HostSocket] {
        var sockets: [HostSocket] = []
        for source in sources {
            if let socket = source?.socket { sockets.append(socket) }
        }
        return sockets
    }

    /// Changes whenever the kernel lock was given up to ask for a socket.
    static var callCount: UInt64 { calls }

    /// To be called when a call on a source came back; the number says when that was.
    static func callEnded() -> UInt64 {
        calls &+= 1
        return calls
    }

    // MARK: News

    /// Whether the program may know better: it made calls on them since the last look, or that is a while ago.
    static var areStale: Bool { haveSources && (calls != callsAtLook || Clock.monotonic() &- lastLook > 100_000) }

    /// A wait that will not wait asks the host itself what an idle vCPU would have told.
    static func look(before deadline: UInt64?) {
        if haveSources, let deadline, deadline <= Clock.monotonic() { look() }
    }

    /// Asks the host what happened, unless that was done less than `age` nanoseconds ago.
    static func look(olderThan age: UInt64 = 0) {
        guard haveSources else { return }
        if age > 0, Clock.monotonic() &- lastLook < age { return }
        let before = calls
        let delivered = deliveries
        let result = Host.unlockedCall { $0.call(.awaitEvents, 0) }
        take(result, since: before, delivered)
    }

    /// Waits in the host for events, a wake-up or the deadline: what an idle vCPU does when no other one does it.
    static func watch(_ nanoseconds: UInt64) {
        isWatched = true
        let before = calls
        let delivered = deliveries
        KernelLock.release()
        let result = HostCallArea().call(.awaitEvents, nanoseconds, idle: true)
        KernelLock.acquire()
        isWatched = false
        KernelWork.note()
        take(result, since: before, delivered)
    }

    private static func take(_ result: Int64, since before: UInt64, _ delivered: UInt64) {
        let isNewest = deliveries == delivered
        deliveries &+= 1
        lastLook = Clock.monotonic()
        callsAtLook = before
        guard result > 0, result <= Int64(NetworkFrame.mostEvents) else { return }
        let records = HostCallArea().read(count: Int(result) * 8)
        records.withUnsafeBytes { raw in
            for index in 0..<Int(result) {
                let handle = raw.load(fromByteOffset: index * 8, as: UInt32.self)
                let bits = raw.load(fromByteOffset: index * 8 + 4, as: UInt32.self)
                guard Int(handle) < sources.count else { continue }
                sources[Int(handle)]?.happened(HostNetwork.events(bits), since: before, isNewest: isNewest)
            }
        }
    }
}
