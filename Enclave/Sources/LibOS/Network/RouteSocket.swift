import Wire

/// A NETLINK_ROUTE socket: it tells of interfaces, their addresses and the routes that follow from them, and changes nothing.
///
/// The answers are made inside, from what the host says there is.
final class RouteSocket: SocketFile {
    /// NETLINK_ROUTE.
    private static let routes: Int32 = 0
    /// NETLINK_SOCK_DIAG and the like end here.
    private static let protocolEnd: Int32 = 32
    /// What a packet holds at most: programs that read with less than a page are not known.
    private static let packetLength = 3584
    private static let mostPackets = 1024
    private static let level: Int32 = 270

    private var packets: [Bytes] = []
    private let queue = WaitQueue()
    /// 0 until it has one.
    private var port: Int32 = 0
    /// Those it wants to hear of, a bit each.
    private var groups: Int32 = 0

    static func make(_ type: UInt64, _ number: Int32, _ flags: UInt32) throws(Errno) -> RouteSocket {
        guard type == UInt64(SocketType.raw.rawValue) || type == UInt64(SocketType.datagram.rawValue) else {
            throw .ESOCKTNOSUPPORT
        }
        guard number >= 0, number < protocolEnd, number == routes, let kind = SocketType(rawValue: UInt8(type)) else {
            throw .EPROTONOSUPPORT
        }
        guard kernel.hasNetwork else { throw .EAFNOSUPPORT }
        return RouteSocket(family: SocketFamily.netlink, type: kind, protocolNumber: number, flags: flags)
    }

    // MARK: Names

    /// `struct sockaddr_nl`: family, two bytes of nothing, port, groups.
    private static let addressLength = 12

    private static func parts(_ address: SocketAddress) throws(Errno) -> (port: Int32, groups: Int32) {
        guard address.bytes.count >= addressLength, address.family == SocketFamily.netlink,
            let port = address.bytes.word(at: 4), let groups = address.bytes.word(at: 8)
        else { throw .EINVAL }
        return (port, groups)
    }

    private static func address(port: Int32, groups: Int32 = 0) -> SocketAddress {
        SocketAddress(family: SocketFamily.netlink, body: [0, 0] + Bytes(word: port) + Bytes(word: groups))
    }

    /// Whoever is in a group hears nothing: as far as this kernel knows nothing changes.
    override func bind(_ address: SocketAddress) throws(Errno) {
        let (wanted, groups) = try Self.parts(address)
        if port != 0, wanted != port { throw .EINVAL }
        if wanted != 0 { port = wanted }
        self.groups = groups
        choosePort()
    }

    private func choosePort() { if port == 0 { port = currentThread.process.id } }

    override func connect(_ address: SocketAddress) throws(Errno) {
        if address.family == SocketFamily.unspecified { return }
        let (peer, groups) = try Self.parts(address)
        guard peer == 0, groups == 0 else { throw .EPERM }
        choosePort()
    }

    override func name() throws(Errno) -> SocketAddress { Self.address(port: port, groups: groups) }
    override func peerName() throws(Errno) -> SocketAddress { Self.address(port: 0) }

    // MARK: Requests

    /// BLOCKS.
    override func send(_ message: OutgoingMessage, flags: MessageFlags) throws(Errno) -> Int {
        if flags.contains(.outOfBand) { throw .EOPNOTSUPP }
        if let address = message.address {
            let (peer, groups) = try Self.parts(address)
            guard groups == 0 else { throw .EPERM }
            guard peer == 0 else { throw .ECONNREFUSED }
        }
        guard message.data.count <= Int(options.sendBuffer) - 32 else { throw .EMSGSIZE }
        choosePort()
        let memory = KernelBuffer(count: message.data.count)
        try message.data.copyIn(memory.bytes, message.data.count, at: 0)
        for request in RouteMessage.requests(memory.contents, port: port) { try answer(request) }
        return message.data.count
    }

    private func answer(_ request: RouteMessage.Request) throws(Errno) {
        guard request.flags & RouteMessage.Flag.request != 0, request.type > RouteMessage.Kind.done else { return }
        guard packets.count < Self.mostPackets else { throw .ENOBUFS }
        var refusal: Errno?
        do throws(Errno) {
            let messages = try Self.answers(to: request)
            if request.isDump { return queueUp(messages + [RouteMessage.done(request)]) }
            queueUp(messages)
        } catch { refusal = error }
        guard refusal != nil || request.flags & RouteMessage.Flag.acknowledge != 0 else { return }
        queueUp([RouteMessage.error(refusal, to: request)])
    }

    private static func answers(to request: RouteMessage.Request) throws(Errno) -> [Bytes] {
        let isRead = request.type % 4 == 2
        guard request.type >= RouteMessage.Kind.newLink, request.type < RouteMessage.Kind.end else { throw .EOPNOTSUPP }
        guard isRead else { throw .EPERM }
        switch request.type {
        case RouteMessage.Kind.getLink:
            let interfaces = try InterfaceList.read()
            if request.isDump { return interfaces.map { RouteMessage.link($0, to: request) } }
            guard let wanted = request.body.word(at: 4),
                let found = interfaces.first(where: { $0.index == UInt32(bitPattern: wanted) })
            else { throw .ENODEV }
            return [RouteMessage.link(found, to: request)]
        case RouteMessage.Kind.getAddress where request.isDump:
            var messages: [Bytes] = []
            for interface in try InterfaceList.read() {
                for address in interface.addresses where request.family == 0 || UInt16(request.family) == address.family {
                    messages.append(RouteMessage.address(address, of: interface, to: request))
                }
            }
            return messages
        case RouteMessage.Kind.getRoute where request.isDump:
            let routes = try ConnectedRoute.all().filter { request.family == 0 || UInt16(request.family) == $0.address.family }
            return routes.map { RouteMessage.route($0, to: request) }
        default: throw .EOPNOTSUPP
        }
    }

    /// Puts messages into packets, as many as fit into each.
    private func queueUp(_ messages: [Bytes]) {
        var packet: Bytes = []
        for message in messages {
            if !packet.isEmpty, packet.count + message.count > Self.packetLength {
                packets.append(packet)
                packet = []
            }
            packet += message
            while packet.count % 4 != 0 { packet.append(0) }
        }
        if !packet.isEmpty { packets.append(packet) }
        queue.wakeAll(.readable)
    }

    // MARK: Answers

    /// BLOCKS.
    override func receive(_ data: MessageData, flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        if flags.contains(.outOfBand) { throw .EOPNOTSUPP }
        let wait = receiveWait(flags)
        while packets.isEmpty { try wait.pause(on: queue) }
        let packet = packets[0]
        let count = min(packet.count, data.count)
        let memory = KernelBuffer(count: count)
        packet.withUnsafeBytes { raw in
            if let base = raw.baseAddress { memory.bytes.copyMemory(from: base, byteCount: count) }
        }
        try data.copyOut(memory.bytes, count, at: 0)
        if !flags.contains(.peek) { packets.removeFirst() }
        var received = ReceivedMessage()
        received.count = flags.contains(.truncated) ? packet.count : count
        if count < packet.count { received.flags.insert(.truncated) }
        received.address = Self.address(port: 0)
        return received
    }

    override func readiness() -> PollEvents { packets.isEmpty ? .writable : [.readable, .writable] }
    override var waitQueues: [WaitQueue] { [queue] }

    // MARK: Options

    /// NETLINK_ADD_MEMBERSHIP and NETLINK_DROP_MEMBERSHIP.
    private static let join: Int32 = 1
    private static let leave: Int32 = 2
    /// RTNLGRP_MAX.
    private static let lastGroup: Int32 = 36

    /// NETLINK_CAP_ACK, NETLINK_EXT_ACK and NETLINK_GET_STRICT_CHK change nothing in what this socket answers.
    private static let harmless: [Int32] = [10, 11, 12]

    override func setOption(level: Int32, _ number: Int32, _ value: Bytes) throws(Errno) {
        guard level == Self.level else { return try super.setOption(level: level, number, value) }
        guard let word = value.word(at: 0) else { throw .EINVAL }
        switch number {
        case Self.join, Self.leave:
            guard word > 0, word <= Self.lastGroup else { throw .EINVAL }
            let bit = word <= 32 ? Int32(bitPattern: 1 << UInt32(word - 1)) : 0
            groups = number == Self.join ? groups | bit : groups & ~bit
        default:
            guard Self.harmless.contains(number) else { throw .ENOPROTOOPT }
        }
    }

    override var levelError: Errno { .ENOPROTOOPT }
}
