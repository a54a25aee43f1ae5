/// An address of the AF_UNIX family, as `struct sockaddr_un` carries it.
enum LocalAddress: Equatable {
    /// What a socket shows that was not bound.
    case unnamed
    /// A name that is no file: all bytes after the first NUL.
    case abstract(Bytes)
    case path(Bytes)

    /// The size of `sun_path`.
    private static let longest = 108

    /// EINVAL for another family, or for a length that cannot be.
    init(_ address: SocketAddress) throws(Errno) {
        let body = address.body
        guard address.bytes.count >= 2, address.family == SocketFamily.local, body.count <= Self.longest else { throw .EINVAL }
        guard let first = body.first else {
            self = .unnamed
            return
        }
        self = first == 0 ? .abstract(Bytes(body.dropFirst())) : .path(Bytes(body.prefix { $0 != 0 }))
    }

    var socketAddress: SocketAddress {
        switch self {
        case .unnamed: return SocketAddress(family: SocketFamily.local)
        case .abstract(let name): return SocketAddress(family: SocketFamily.local, body: [0] + name)
        case .path(let path): return SocketAddress(family: SocketFamily.local, body: path + [0])
        }
    }
}
