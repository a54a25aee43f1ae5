/// Which protocols a type of socket has over IP.
enum InternetProtocol {
    static let tcp: Int32 = 6
    static let udp: Int32 = 17
    /// IPPROTO_ICMP and IPPROTO_ICMPV6.
    private static let echo: Int32 = 1
    private static let echo6: Int32 = 58
    private static let end: Int32 = 263

    /// Type and protocol of `socket(2)`; 0 is the protocol of the type.
    static func choose(_ type: UInt64, _ number: Int32) throws(Errno) -> (SocketType, Int32) {
        guard number >= 0, number < end else { throw .EINVAL }
        switch type {
        case UInt64(SocketType.stream.rawValue):
            guard number == 0 || number == tcp else { throw .EPROTONOSUPPORT }
            return (.stream, tcp)
        case UInt64(SocketType.datagram.rawValue):
            // Echo requests, where the host lets its users make them.
            if number == echo || number == echo6 { return (.datagram, number) }
            guard number == 0 || number == udp else { throw .EPROTONOSUPPORT }
            return (.datagram, udp)
        case UInt64(SocketType.raw.rawValue): throw number == 0 ? .EPROTONOSUPPORT : .EPERM
        default: throw .ESOCKTNOSUPPORT
        }
    }
}
