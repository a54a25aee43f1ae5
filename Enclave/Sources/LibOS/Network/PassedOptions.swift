/// The socket options the host is asked for: a closed list, none of which carries an address of memory.
enum PassedOptions {
    enum Way {
        /// The kernel inside knows.
        case inside
        /// The host does, with so many bytes at most.
        case host(Int)
        case unknown
    }

    static func way(_ level: Int32, _ number: Int32) -> Way {
        if level == ControlMessage.socketLevel, isInside(number) { return .inside }
        guard let most = length(level, number) else { return .unknown }
        return .host(most)
    }

    /// What waiting and the socket itself are is decided here.
    private static func isInside(_ number: Int32) -> Bool {
        typealias Number = SocketOptions.Number
        switch number {
        case Number.type, Number.domain, Number.protocolNumber, Number.isListening, Number.receiveTimeout, Number.sendTimeout,
            Number.error, Number.debug, Number.sendLowWater:
            return true
        default: return false
        }
    }

    /// The most bytes the option has; `nil` for those that do not pass.
    private static func length(_ level: Int32, _ number: Int32) -> Int? {
        switch level {
        case ControlMessage.socketLevel: return socketLength(number)
        case 0: return internetLength(number)
        case InternetProtocol.tcp: return tcpLength(number)
        case InternetProtocol.udp: return number == 1 ? 4 : nil
        case 41: return internet6Length(number)
        default: return nil
        }
    }

    private static func socketLength(_ number: Int32) -> Int? {
        switch number {
        // REUSEADDR, DONTROUTE, BROADCAST, SNDBUF, RCVBUF, KEEPALIVE, OOBINLINE, NO_CHECK, PRIORITY, REUSEPORT, RCVLOWAT, TIMESTAMP,
        // SNDBUFFORCE, RCVBUFFORCE, TIMESTAMPNS, MARK, BUSY_POLL, INCOMING_CPU, INCOMING_NAPI_ID
        case 2, 5, 6, 7, 8, 9, 10, 11, 12, 15, 18, 29, 32, 33, 35, 36, 46, 49, 56: return 4
        // LINGER, MAX_PACING_RATE, COOKIE
        case 13, 47, 57: return 8
        // BINDTODEVICE
        case 25: return 16
        default: return nil
        }
    }

    private static func tcpLength(_ number: Int32) -> Int? {
        switch number {
        // NODELAY to WINDOW_CLAMP, QUICKACK, USER_TIMEOUT, FASTOPEN, TIMESTAMP, NOTSENT_LOWAT, FASTOPEN_CONNECT
        case 1...10, 12, 18, 23, 24, 25, 30: return 4
        // INFO, CONGESTION
        case 11: return 256
        case 13: return 16
        default: return nil
        }
    }

    private static func internetLength(_ number: Int32) -> Int? {
        switch number {
        // TOS, TTL, PKTINFO, MTU_DISCOVER, RECVERR, RECVTTL, RECVTOS, MTU, FREEBIND, TRANSPARENT, MINTTL, BIND_ADDRESS_NO_PORT,
        // MULTICAST_TTL, MULTICAST_LOOP, MULTICAST_ALL, UNICAST_IF
        case 1, 2, 8, 10, 11, 12, 13, 14, 15, 19, 21, 24, 33, 34, 49, 50: return 4
        // MULTICAST_IF and the memberships
        case 32, 35, 36...40: return 12
        case 42...47: return 264
        default: return nil
        }
    }

    private static func internet6Length(_ number: Int32) -> Int? {
        switch number {
        // UNICAST_HOPS, MULTICAST_IF, MULTICAST_HOPS, MULTICAST_LOOP, MTU_DISCOVER, MTU, RECVERR, V6ONLY, MULTICAST_ALL, RECVPKTINFO,
        // RECVHOPLIMIT, DONTFRAG, RECVTCLASS, TCLASS, AUTOFLOWLABEL, ADDR_PREFERENCES, MINHOPCOUNT, UNICAST_IF, FREEBIND
        case 16, 17, 18, 19, 23, 24, 25, 26, 29, 49, 51, 62, 66, 67, 70, 72, 73, 76, 78: return 4
        // The memberships
        case 20, 21: return 20
        case 42...47: return 264
        default: return nil
        }
    }
}
