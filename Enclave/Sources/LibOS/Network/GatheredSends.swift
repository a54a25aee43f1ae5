/// The sockets that hold sent bytes back, so that none holds them longer than it may.
///
/// No timer runs for them: a vCPU that goes idle looks, and comes back in time. So a program that corks a socket and then computes sends what
/// it has when it next waits for something.
enum GatheredSends {
    nonisolated(unsafe) private static var sockets: [HostSocket] = []

    static func add(_ socket: HostSocket) { sockets.append(socket) }

    static func remove(_ socket: HostSocket) {
        if let index = sockets.firstIndex(where: { $0 === socket }) { sockets.remove(at: index) }
    }

    /// When the first of them is due, where that is before `other`; those the host has no room for wait for an event.
    static func nearest(before other: UInt64?) -> UInt64? {
        var nearest = other
        for socket in sockets {
            guard let bytes = socket.gathered, !bytes.areHeldUp, !socket.isFlushing else { continue }
            nearest = min(nearest ?? .max, bytes.due)
        }
        return nearest
    }

    /// Sends what is due, on the scheduler's own stack.
    ///
    /// Gives the kernel lock up meanwhile.
    static func sendDue() {
        guard !sockets.isEmpty else { return }
        let now = Clock.monotonic()
        for socket in sockets where socket.holdsDue(now) { socket.flush(idle: true) }
    }
}
