/// An address as `struct sockaddr` carries it: the family in the first two bytes, then whatever the family has.
struct SocketAddress: Equatable {
    /// The size of `struct sockaddr_storage`, which no address exceeds.
    static let longest = 128

    let bytes: Bytes

    /// AF_UNSPEC for what is too short to say.
    var family: UInt16 { bytes.count < 2 ? 0 : UInt16(bytes[0]) | UInt16(bytes[1]) << 8 }

    /// What follows the family.
    var body: ArraySlice<UInt8> { bytes.count <= 2 ? [] : bytes[2...] }

    init(bytes: Bytes) { self.bytes = bytes }

    init(family: UInt16, body: Bytes = []) {
        var all: Bytes = [UInt8(truncatingIfNeeded: family), UInt8(truncatingIfNeeded: family >> 8)]
        all.append(contentsOf: body)
        bytes = all
    }

    /// From the arguments of a call; EINVAL for a length no address has.
    init(user address: UInt64, length: Int32) throws(Errno) {
        guard length >= 0, Int(length) <= Self.longest else { throw .EINVAL }
        bytes = try userBytes(address, Int(length))
    }
}

/// The address families of this kernel.
enum SocketFamily {
    static let unspecified: UInt16 = 0
    static let local: UInt16 = 1
    static let internet: UInt16 = 2
    static let internet6: UInt16 = 10
    static let netlink: UInt16 = 16
    /// One more than the highest that Linux knows.
    static let end: UInt64 = 46
}

/// The SOCK_* numbers.
enum SocketType: UInt8 {
    case stream = 1
    case datagram = 2
    case raw = 3
    case reliableDatagram = 4
    case sequenced = 5

    /// One more than the highest that Linux knows.
    static let end: UInt64 = 11

    /// Messages keep their boundaries.
    var keepsBoundaries: Bool { self != .stream }
}
