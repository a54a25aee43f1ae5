import Wire

/// A TCP or UDP socket of the host: what it receives is the network's, and the host is part of the network.
final class HostSocket: SocketFile {
    let handle: UInt32
    /// The number is not free for another socket before its calls are back.
    private let source = HostSource()
    private var listens = false
    /// SIGURG was raised, and nothing was received since.
    var ownerKnowsOfUrgentData = false
    private var boundTo: SocketAddress?
    /// It waited until the host's socket was connected, which the host has yet to tell once.
    var isNewlyConnected = false
    /// The peer of an accepted connection, until it was asked for.
    var acceptedPeer: SocketAddress?
    private(set) var isClosed = false

    // What was sent and is held back.
    var isCorked = false
    /// The host sends at once from then on, whatever the program says of TCP_NODELAY.
    var wasCorked = false
    /// TCP_NODELAY as the program has it, and as the host was told.
    var sendsWithoutDelay = false
    var hostSendsWithoutDelay = false
    var gathered: GatheredBytes?
    /// Calls told that there is a connection.
    var isConnected = false
    var deferredError: Errno?
    /// The host's socket is to be shut down for writing once nothing is held.
    var shutsDownLater = false
    /// Nothing more is read: the end, for a socket without connections too.
    var readsAreShut = false
    /// Held bytes are on their way to the host: whatever is sent has to wait.
    private(set) var isFlushing = false
    private var flushWaiters = 0

    init(_ handle: UInt32, family: UInt16, type: SocketType, protocolNumber: Int32, flags: UInt32) {
        self.handle = handle
        super.init(family: family, type: type, protocolNumber: protocolNumber, flags: flags)
        source.belongs(to: self)
        HostEvents.add(source, as: handle)
    }

    deinit { source.belongs(to: nil) }

    /// A socket of AF_INET or AF_INET6, as `socket(2)` makes it.
    static func make(_ family: UInt16, _ type: UInt64, _ protocolNumber: Int32, _ flags: UInt32) throws(Errno) -> HostSocket {
        let (kind, number) = try InternetProtocol.choose(type, protocolNumber)
        guard kernel.hasNetwork else { throw .EAFNOSUPPORT }
        let handle = try HostEvents.reserve()
        do throws(Errno) { try HostNetwork.make(handle, family: family, type: kind, protocolNumber: number) } catch {
            HostEvents.release(handle)
            throw error
        }
        return HostSocket(handle, family: family, type: kind, protocolNumber: number, flags: flags)
    }

    // MARK: Calls

    /// Does a call at the host, with the kernel lock given up.
    func atHost<R>(_ body: () throws(Errno) -> R) throws(Errno) -> R {
        guard !isClosed else { throw .EBADF }
        source.callBegins()
        defer { callEnded() }
        return try body()
    }

    private func callEnded() {
        source.callEnded()
        if isClosed, gathered == nil, !source.isBusy { giveUp() }
    }

    /// What is held is sent before, or where the host has no room, when it has.
    override func closed() {
        guard !isClosed else { return }
        flush()
        isClosed = true
        if gathered == nil { forgetEvents() }
    }

    private func forgetEvents(idle: Bool = false) {
        HostEvents.remove(handle)
        if !source.isBusy { giveUp(idle: idle) }
    }

    private func giveUp(idle: Bool = false) {
        _ = Host.plainCall(.closeSocket, UInt64(handle), idle: idle)
        HostEvents.release(handle)
    }

    // MARK: Held bytes

    func beginFlush() {
        isFlushing = true
        source.callBegins()
    }

    func endFlush(idle: Bool = false) {
        isFlushing = false
        source.callEnded()
        if flushWaiters > 0 { changed() }
        guard gathered == nil else { return }
        if shutsDownLater {
            shutsDownLater = false
            _ = Host.plainCall(.shutDownSocket, UInt64(handle), 1, idle: idle)
        }
        if isClosed { forgetEvents(idle: idle) }
    }

    /// BLOCKS while another thread's bytes are on their way.
    func waitForFlush() throws(Errno) {
        while isFlushing {
            flushWaiters += 1
            defer { flushWaiters -= 1 }
            try block(on: [queue], until: nil)
        }
    }

    // MARK: Readiness

    var queue: WaitQueue { source.queue }

    var state: SocketReadiness {
        _read { yield source.state }
        _modify { yield &source.state }
    }

    func changed() { source.changed() }

    /// Asks the host until nothing happened meanwhile: whoever waits after this missed nothing.
    override func readiness() -> PollEvents {
        do throws(Errno) { while !state.isKnown { try askHost() } } catch { return [.error, .hangUp] }
        return deferredError == nil ? state.events : state.events.union(.error)
    }

    private func askHost() throws(Errno) {
        let seen = state.version
        let events = try atHost { () throws(Errno) in try HostNetwork.call(.pollSocket, handle, most: 0xffff).count }
        state.look(HostNetwork.events(UInt32(events)), since: seen)
    }

    /// After a call that found nothing to read: waits until the next may find something.
    ///
    /// BLOCKS. EAGAIN when the call may not wait, or no longer.
    func awaitReading(_ wait: SocketWait) throws(Errno) {
        let mayFind: PollEvents = [.readable, .error, .hangUp, .readHangUp]
        if wait.isImmediate || state.isNotReadable || readiness().isDisjoint(with: mayFind) { try wait.pause(on: queue) }
        if currentThread.isInterrupted { throw .EINTR }
    }

    override var waitQueues: [WaitQueue] { [queue] }
    override var isListening: Bool { listens }

    // MARK: What sockets do

    override func bind(_ address: SocketAddress) throws(Errno) {
        try EndpointRules.requireBinding(protocolNumber, to: address)
        try bindAtHost(address)
        boundTo = address
    }

    override func listen(backlog: Int32) throws(Errno) {
        try EndpointRules.requireListening(protocolNumber, at: boundTo, family: family)
        try listenAtHost(backlog)
        listens = true
    }

    override func accept(flags: UInt32) throws(Errno) -> SocketFile { try acceptFromHost(flags: flags) }

    override func connect(_ address: SocketAddress) throws(Errno) {
        if address.family != SocketFamily.unspecified { try EndpointRules.requireReaching(protocolNumber, address) }
        try connectAtHost(address)
    }

    override func shutdown(reads: Bool, writes: Bool) throws(Errno) { try shutDownAtHost(reads: reads, writes: writes) }

    override func send(_ message: OutgoingMessage, flags: MessageFlags) throws(Errno) -> Int {
        if let address = message.address { try EndpointRules.requireReaching(protocolNumber, address) }
        return try sendToHost(message, flags: flags)
    }

    override func receive(_ data: MessageData, flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        try receiveFromHost(data, flags: flags)
    }

    override func name() throws(Errno) -> SocketAddress { try name(ofPeer: false) }

    override func peerName() throws(Errno) -> SocketAddress {
        if let peer = acceptedPeer {
            acceptedPeer = nil
            return peer
        }
        return try name(ofPeer: true)
    }

    // MARK: Options

    override func takeError() -> Errno? { takeHostError() }

    override func option(level: Int32, _ number: Int32, room: Int) throws(Errno) -> Bytes {
        switch PassedOptions.way(level, number) {
        case .inside: return try super.option(level: level, number, room: room)
        case .unknown: throw levelError
        case .host(let most):
            if let value = gatheringOption(level, number) { return value }
            return try hostOption(level, number, room: min(room, most))
        }
    }

    override func setOption(level: Int32, _ number: Int32, _ value: Bytes) throws(Errno) {
        switch PassedOptions.way(level, number) {
        case .inside: try super.setOption(level: level, number, value)
        case .unknown: throw levelError
        case .host(let most):
            if try setGathering(level, number, value) { return }
            try setHostOption(level, number, Bytes(value.prefix(most)))
        }
    }

    override var levelError: Errno { .ENOPROTOOPT }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        switch request {
        case TerminalRequest.bytesReadable, 0x5411, 0x8905: return try tellCount(request, argument)
        default: return try super.ioctl(request, argument)
        }
    }
}
