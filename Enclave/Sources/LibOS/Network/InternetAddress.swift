/// IPv4 and IPv6 addresses as `struct sockaddr_in` and `sockaddr_in6` carry them.
///
/// ```
///   0 family   2 port, big-endian   4 IPv4 address   8 zeros, to 16
///   0 family   2 port, big-endian   4 flow           8 IPv6 address   24 scope, to 28
/// ```
struct InternetAddress: Equatable {
    static let length4 = 16
    static let length6 = 28

    let family: UInt16
    let port: UInt16
    /// 4 or 16 bytes.
    let host: Bytes

    /// `nil` for what is too short or of another family.
    init?(_ address: SocketAddress) {
        let bytes = address.bytes
        family = address.family
        switch family {
        case SocketFamily.internet where bytes.count >= Self.length4: host = Bytes(bytes[4..<8])
        case SocketFamily.internet6 where bytes.count >= Self.length6 - 4: host = Bytes(bytes[8..<24])
        default: return nil
        }
        port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    }

    /// What an untrusted side says is an address of `family`: exactly its length, and zeros where zeros belong.
    static func sanitised(_ bytes: Bytes, family: UInt16) -> SocketAddress? {
        let address = SocketAddress(bytes: bytes)
        guard address.family == family else { return nil }
        switch family {
        case SocketFamily.internet:
            guard bytes.count == length4 else { return nil }
            return SocketAddress(bytes: Bytes(bytes[0..<8]) + Bytes(repeating: 0, count: 8))
        case SocketFamily.internet6:
            guard bytes.count == length6 else { return nil }
            return address
        default: return nil
        }
    }

    /// 127.0.0.0/8 and ::1, also as ::ffff:127.0.0.0/104.
    var isLoopback: Bool {
        if family == SocketFamily.internet { return host[0] == 127 }
        if host[0..<15].allSatisfy({ $0 == 0 }) { return host[15] == 1 }
        return host[0..<10].allSatisfy { $0 == 0 } && host[10] == 255 && host[11] == 255 && host[12] == 127
    }
}
