/// A socket of the AF_UNIX family: everything it says stays inside the enclave.
///
/// Every socket owns what waits for it; a sender puts it there. `connectors` are the sockets that send here, which is how they learn of
/// room and of the end.
final class LocalSocket: SocketFile {
    enum State {
        case idle
        case listening(backlog: Int)
        /// A stream or sequence that has, or had, another end.
        case connected
    }

    var state = State.idle
    var address: LocalAddress?
    /// The file that binding to a path made.
    var boundNode: Node?
    /// Where a send without an address goes.
    private(set) var peer: LocalSocket?
    private(set) var connectors: [LocalSocket] = []
    var readsShut = false
    var writesShut = false
    private(set) var isDead = false
    private var pendingError: Errno?
    /// Of the process at the other end when it connected, listened or made the pair.
    var peerCredentials = LocalCredentials.nobody
    var ownCredentials = LocalCredentials.nobody

    var incoming = LocalQueue()
    /// Connections nobody accepted yet.
    var waiting: [LocalSocket] = []
    /// Those who wait for anything to change here; readiness is told by it.
    let queue = WaitQueue()
    /// Those who wait for room here.
    let room = WaitQueue()
    /// How many messages hold this socket, of all its references.
    var inFlight = 0

    init(_ type: SocketType, _ protocolNumber: Int32, flags: UInt32) {
        super.init(family: SocketFamily.local, type: type, protocolNumber: protocolNumber, flags: flags)
    }

    static func make(_ type: UInt64, _ protocolNumber: Int32, _ flags: UInt32) throws(Errno) -> LocalSocket {
        guard protocolNumber == 0 || protocolNumber == Int32(SocketFamily.local) else { throw .EPROTONOSUPPORT }
        switch type {
        case 1: return LocalSocket(.stream, protocolNumber, flags: flags)
        // Linux makes a datagram socket of SOCK_RAW.
        case 2, 3: return LocalSocket(.datagram, protocolNumber, flags: flags)
        case 5: return LocalSocket(.sequenced, protocolNumber, flags: flags)
        default: throw .ESOCKTNOSUPPORT
        }
    }

    static func pair(_ type: UInt64, _ protocolNumber: Int32, _ flags: UInt32) throws(Errno) -> (LocalSocket, LocalSocket) {
        let a = try make(type, protocolNumber, flags)
        let b = try make(type, protocolNumber, flags)
        let credentials = LocalCredentials(of: currentThread.process)
        for socket in [a, b] {
            socket.ownCredentials = credentials
            socket.peerCredentials = credentials
            if socket.type != .datagram { socket.state = .connected }
        }
        a.attach(to: b)
        b.attach(to: a)
        return (a, b)
    }

    override var isListening: Bool { if case .listening = state { true } else { false } }
    var isConnected: Bool { if case .connected = state { true } else { false } }

    // MARK: The other end

    func attach(to other: LocalSocket) {
        peer = other
        other.connectors.append(self)
    }

    func detach() {
        guard let other = peer else { return }
        peer = nil
        if let place = other.connectors.firstIndex(where: { $0 === self }) { other.connectors.remove(at: place) }
    }

    // MARK: Calls

    override func name() throws(Errno) -> SocketAddress { (address ?? .unnamed).socketAddress }

    override func peerName() throws(Errno) -> SocketAddress {
        guard let peer else { throw .ENOTCONN }
        return try peer.name()
    }

    override func bind(_ address: SocketAddress) throws(Errno) { try take(name: try LocalAddress(address)) }
    override func listen(backlog: Int32) throws(Errno) { try startListening(Int(backlog)) }
    override func accept(flags: UInt32) throws(Errno) -> SocketFile { try nextConnection(flags: flags) }

    override func connect(_ address: SocketAddress) throws(Errno) {
        if type == .datagram, address.bytes.count >= 2, address.family == SocketFamily.unspecified { return disconnect() }
        let target = try LocalAddress(address)
        if target == .unnamed { throw .EINVAL }
        if type == .datagram { try connectDatagram(to: target) } else { try connectStream(to: target) }
    }

    override func send(_ message: OutgoingMessage, flags: MessageFlags) throws(Errno) -> Int {
        if flags.contains(.outOfBand) { throw .EOPNOTSUPP }
        return try deliver(message, flags)
    }

    override func receive(_ data: MessageData, flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        if flags.contains(.outOfBand) { throw type == .stream ? .EINVAL : .EOPNOTSUPP }
        if type == .stream { return try receiveStream(data, flags) }
        if type == .sequenced, !isConnected { throw .ENOTCONN }
        return try receiveMessage(data, flags)
    }

    // MARK: Change

    /// Something changed that those who wait here may wait for.
    func changed(_ events: PollEvents) {
        queue.wakeAll(events)
    }

    /// There is room again: those who send here look again.
    func roomMade() {
        room.wakeAll()
        for sender in connectors { sender.changed(.writable) }
    }

    func fail(_ error: Errno) {
        pendingError = error
        changed([.error, .readable, .writable])
    }

    override func takeError() -> Errno? {
        let error = pendingError
        pendingError = nil
        return error
    }

    func throwPendingError() throws(Errno) {
        if let error = takeError() { throw error }
    }

    override func shutdown(reads: Bool, writes: Bool) throws(Errno) {
        readsShut = readsShut || reads
        writesShut = writesShut || writes
        if type != .datagram, let peer {
            peer.readsShut = peer.readsShut || writes
            peer.writesShut = peer.writesShut || reads
            peer.changed([.readable, .writable, .hangUp, .readHangUp])
            peer.room.wakeAll()
        }
        changed([.readable, .writable, .hangUp, .readHangUp])
        room.wakeAll()
    }

    // MARK: Readiness

    override func readiness() -> PollEvents {
        var events: PollEvents = []
        if pendingError != nil { events.insert(.error) }
        if readsShut, writesShut { events.insert(.hangUp) }
        if readsShut { events.formUnion([.readHangUp, .readable]) }
        if !incoming.isEmpty || !waiting.isEmpty { events.insert(.readable) }
        if type != .datagram, case .idle = state { events.insert(.hangUp) }
        if isWritable { events.insert(.writable) }
        return events
    }

    /// As Linux: while three quarters of the buffer are free.
    private var isWritable: Bool {
        if isListening { return false }
        guard let peer else { return true }
        if type == .datagram, peer.isFullOfMessages(for: self) { return false }
        return peer.incoming.cost * 4 <= Int(options.sendBuffer)
    }

    override var waitQueues: [WaitQueue] { [queue] }

    // MARK: The end

    override func closed() {
        guard !isDead else { return }
        isDead = true
        LocalNames.remove(self)
        let unread = !incoming.isEmpty
        if type != .datagram, let peer, isConnected {
            peer.readsShut = true
            peer.writesShut = true
            if unread { peer.fail(.ECONNRESET) }
        }
        for connection in waiting { connection.refuse() }
        waiting = []
        let lost = incoming.removeAll()
        detach()
        tellConnectors()
        room.wakeAll()
        drop(lost)
        FlyingFiles.collect()
    }

    /// The others keep pointing here: a stream gets EPIPE from then on, a datagram socket ECONNREFUSED once.
    private func tellConnectors() {
        let events: PollEvents = type == .datagram ? .writable : [.readable, .writable, .hangUp, .readHangUp]
        for other in connectors { other.changed(events) }
        connectors = []
    }

    /// The listener went before it accepted this connection.
    private func refuse() {
        if let peer {
            peer.readsShut = true
            peer.writesShut = true
            peer.fail(.ECONNRESET)
        }
        closed()
    }

    private func drop(_ files: [OpenFile]) {
        for file in files { FlyingFiles.landed(file) }
        for file in files { file.descriptorRemoved() }
    }

    // MARK: ioctl and options

    private static let bytesToSend: UInt64 = 0x5411

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        switch request {
        case TerminalRequest.bytesReadable:
            if isListening { throw .EINVAL }
            let count = type == .datagram ? (incoming.isEmpty ? 0 : incoming[0].length) : incoming.byteCount
            try userStore(Int32(clamping: count), to: argument)
        case Self.bytesToSend: try userStore(Int32(clamping: peer?.incoming.byteCount ?? 0), to: argument)
        default: return try super.ioctl(request, argument)
        }
        return 0
    }

    override func option(level: Int32, _ number: Int32, room: Int) throws(Errno) -> Bytes {
        if level == ControlMessage.socketLevel, number == SocketOptions.Number.peerCredentials { return peerCredentials.bytes }
        return try super.option(level: level, number, room: room)
    }
}
