import Wire

/// Messages of NETLINK_ROUTE.
///
/// ```
///   0 length   4 type (u16)   6 flags (u16)   8 sequence   12 port   16 what the type has, then attributes
///   attribute: u16 length with these four bytes, u16 type, the value, padded to 4
/// ```
enum RouteMessage {
    static let headerLength = 16

    enum Kind {
        static let nothing: UInt16 = 1
        static let error: UInt16 = 2
        static let done: UInt16 = 3
        static let newLink: UInt16 = 16
        static let getLink: UInt16 = 18
        static let newAddress: UInt16 = 20
        static let getAddress: UInt16 = 22
        static let newRoute: UInt16 = 24
        static let getRoute: UInt16 = 26
        /// The first number of none of these.
        static let end: UInt16 = 124
    }

    enum Flag {
        static let request: UInt16 = 1
        static let several: UInt16 = 2
        static let acknowledge: UInt16 = 4
        static let dump: UInt16 = 0x300
    }

    /// The head of a request and what stands behind it.
    struct Request {
        let type: UInt16
        let flags: UInt16
        let sequence: Int32
        /// Of whom the answer is for.
        let port: Int32
        let header: Bytes
        let body: Bytes

        var isDump: Bool { flags & Flag.dump == Flag.dump }
        /// The family that is asked for; 0: all.
        var family: UInt8 { body.first ?? 0 }
    }

    /// The requests in a packet; what is behind the last whole one is dropped, as Linux does.
    static func requests(_ packet: Bytes, port: Int32) -> [Request] {
        var list: [Request] = []
        var at = 0
        while packet.count - at >= headerLength {
            guard let length = packet.word(at: at), length >= headerLength, Int(length) <= packet.count - at else { break }
            guard let kinds = packet.word(at: at + 4), let sequence = packet.word(at: at + 8) else { break }
            let word = UInt32(bitPattern: kinds)
            list.append(
                Request(
                    type: UInt16(truncatingIfNeeded: word), flags: UInt16(truncatingIfNeeded: word >> 16), sequence: sequence,
                    port: port, header: Bytes(packet[at..<at + headerLength]),
                    body: Bytes(packet[at + headerLength..<at + Int(length)])))
            at += (Int(length) + 3) & ~3
        }
        return list
    }

    // MARK: Answers

    static func make(_ type: UInt16, to request: Request, flags: UInt16 = 0, _ body: Bytes) -> Bytes {
        let head = Bytes(word: Int32(headerLength + body.count)) + half(type) + half(flags)
        return head + Bytes(word: request.sequence) + Bytes(word: request.port) + body
    }

    /// The refusal of a request, or with no error its acknowledgement.
    static func error(_ error: Errno?, to request: Request) -> Bytes {
        make(Kind.error, to: request, Bytes(word: -(error?.code ?? 0)) + request.header)
    }

    static func done(_ request: Request) -> Bytes {
        make(Kind.done, to: request, flags: Flag.several, Bytes(word: 0))
    }

    static func link(_ interface: NetworkInterface, to request: Request) -> Bytes {
        var body: Bytes = [0, 0] + half(interface.hardwareType) + Bytes(word: Int32(bitPattern: interface.index))
        body += Bytes(word: Int32(bitPattern: interface.flags)) + Bytes(word: 0)
        body += attribute(3, interface.name + [0]) + attribute(4, Bytes(word: Int32(bitPattern: interface.mtu)))
        // IFLA_TXQLEN, and IFLA_OPERSTATE: up, or unknown as the loopback device has it.
        body += attribute(13, Bytes(word: 1000)) + attribute(16, [interface.isLoopback ? 0 : interface.flags & 1 != 0 ? 6 : 2])
        if !interface.hardwareAddress.isEmpty {
            body += attribute(1, interface.hardwareAddress)
            let isLoopback = interface.isLoopback
            body += attribute(2, Bytes(repeating: isLoopback ? 0 : 0xff, count: interface.hardwareAddress.count))
        }
        return make(Kind.newLink, to: request, flags: request.isDump ? Flag.several : 0, body)
    }

    static func address(
        _ address: NetworkInterface.Address, of interface: NetworkInterface, to request: Request
    ) -> Bytes {
        let permanent: UInt8 = 0x80
        var body: Bytes = [UInt8(truncatingIfNeeded: address.family), address.prefix, permanent, interface.scope(address)]
        body += Bytes(word: Int32(bitPattern: interface.index)) + attribute(1, address.bytes)
        if address.family == SocketFamily.internet {
            body += attribute(2, address.bytes)
            if let broadcast = interface.broadcast(address) { body += attribute(4, broadcast) }
            body += attribute(3, interface.name + [0])
        }
        body += attribute(8, Bytes(word: Int32(permanent)))
        return make(Kind.newAddress, to: request, flags: Flag.several, body)
    }

    /// `struct rtmsg`: in the main table a way to a network, in the local one the address itself; made by the kernel.
    static func route(_ route: ConnectedRoute, to request: Request) -> Bytes {
        let table: UInt8 = route.isLocal ? 255 : 254
        let scope: UInt8 = route.isLocal ? 254 : route.isInternet ? 253 : 0
        var body: Bytes = [
            UInt8(truncatingIfNeeded: route.address.family), route.prefix, 0, 0, table, 2, scope, route.isLocal ? 2 : 1,
        ]
        body += Bytes(word: 0) + attribute(15, Bytes(word: Int32(table))) + attribute(1, route.destination)
        if route.isInternet { body += attribute(7, route.address.bytes) }
        body += attribute(4, Bytes(word: Int32(bitPattern: route.interface.index)))
        return make(Kind.newRoute, to: request, flags: Flag.several, body)
    }

    private static func attribute(_ type: UInt16, _ value: Bytes) -> Bytes {
        var bytes = half(UInt16(truncatingIfNeeded: 4 + value.count)) + half(type) + value
        while bytes.count % 4 != 0 { bytes.append(0) }
        return bytes
    }

    private static func half(_ value: UInt16) -> Bytes {
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
}
