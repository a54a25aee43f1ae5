/// Something of the host that becomes ready for reading and writing, and of which the host tells events: a socket, or a standard stream.
///
/// All of it under the kernel lock.
final class HostSource {
    let queue = WaitQueue()
    var state = SocketReadiness()
    /// Calls that are at the host.
    private var callsUnderWay = 0
    private var lastCall: UInt64 = 0
    private var owner: Unmanaged<HostSocket>?

    init() {}

    var isBusy: Bool { callsUnderWay > 0 }
    /// Somebody waits for it, or may any time.
    var isAwaited: Bool { !queue.isEmpty }

    /// The socket it is of, which holds it and takes itself out before it goes.
    var socket: HostSocket? { owner?.takeUnretainedValue() }

    func belongs(to socket: HostSocket?) { owner = socket.map { Unmanaged.passUnretained($0) } }

    func callBegins() { callsUnderWay += 1 }

    func callEnded() {
        callsUnderWay -= 1
        lastCall = HostEvents.callEnded()
    }

    /// News from the host, which it gathered when `before` calls had come back.
    func happened(_ events: PollEvents, since before: UInt64, isNewest: Bool) {
        if events.contains(.urgent) { socket?.tellOwner() }
        if lastCall > before || isBusy || !isNewest {
            state.forget()
            changed()
        } else {
            state.tell(events)
            changed(events)
        }
    }

    func changed(_ events: PollEvents = .any) { queue.wakeAll(events) }
}
