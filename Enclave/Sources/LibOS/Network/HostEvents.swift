import EnclaveRuntime
import Wire

/// All sockets of the host, and how the kernel learns what happened to them: from an idle vCPU that waits for all of them at once, or by
/// asking in passing.
///
/// All of it under the kernel lock.
enum HostEvents {
    nonisolated(unsafe) private static var sockets: [HostSocket?] = []
    nonisolated(unsafe) private static var free: [UInt32] = []
    nonisolated(unsafe) private static var open = 0
    /// A vCPU waits for events in the host.
    nonisolated(unsafe) private(set) static var isWatched = false
    nonisolated(unsafe) private static var lastLook: UInt64 = 0
    /// Counts socket calls that came back, so that news which are older than one of them are known for that.
    nonisolated(unsafe) private static var calls: UInt64 = 0
    nonisolated(unsafe) private static var callsAtLook: UInt64 = 0
    /// Counts news that were taken in: of two vCPUs that bring some the first may bring the newer ones.
    nonisolated(unsafe) private static var deliveries: UInt64 = 0

    /// There is something to watch.
    static var areNeeded: Bool { open > 0 }

    /// There is something to watch, nobody does, and there are threads beside the one that computes.
    static var areMissed: Bool { open > 0 && !isWatched && Scheduler.threadsStarted > 1 }

    // MARK: Handles

    /// A number for a new socket.
    static func reserve() throws(Errno) -> UInt32 {
        if let handle = free.popLast() { return handle }
        let handle = NetworkFrame.firstHandle + UInt32(sockets.count)
        guard handle < NetworkFrame.handleLimit else { throw .ENFILE }
        sockets.append(nil)
        return handle
    }

    static func release(_ handle: UInt32) { free.append(handle) }

    static func add(_ socket: HostSocket) {
        sockets[Int(socket.handle - NetworkFrame.firstHandle)] = socket
        open += 1
        KernelWork.note()
    }

    /// Its number is given away only after `release`.
    static func remove(_ socket: HostSocket) {
        sockets[Int(socket.handle - NetworkFrame.firstHandle)] = nil
        open -= 1
    }

    /// Changes whenever the kernel lock was given up to ask for a socket.
    static var callCount: UInt64 { calls }

    /// To be called when a call on a socket came back; the number says when that was.
    static func callEnded() -> UInt64 {
        calls &+= 1
        return calls
    }

    // MARK: News

    /// Whether the program may know better: it made calls on sockets since the last look, or that is a while ago.
    static var areStale: Bool { open > 0 && (calls != callsAtLook || Clock.monotonic() &- lastLook > 100_000) }

    /// A wait that will not wait asks the host itself what an idle vCPU would have told.
    static func look(before deadline: UInt64?) {
        if open > 0, let deadline, deadline <= Clock.monotonic() { look() }
    }

    /// Asks the host what happened, unless that was done less than `age` nanoseconds ago.
    static func look(olderThan age: UInt64 = 0) {
        guard open > 0 else { return }
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
                guard handle >= NetworkFrame.firstHandle, Int(handle - NetworkFrame.firstHandle) < sockets.count else { continue }
                sockets[Int(handle - NetworkFrame.firstHandle)]?.happened(
                    HostNetwork.events(bits), since: before, isNewest: isNewest)
            }
        }
    }
}
