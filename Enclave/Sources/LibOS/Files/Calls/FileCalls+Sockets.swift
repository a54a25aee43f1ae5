extension FileCalls {
    private static let familyUnix: UInt64 = 1
    private static let familyNetlink: UInt64 = 16
    private static let stream: UInt64 = 1
    private static let dontWait: UInt64 = 0x40
    private static let noSignal: UInt64 = 0x4000

    /// Sockets: pairs of AF_UNIX streams work; there is no network and no server behind any path.
    func socketCall() throws(Errno) -> Int64? {
        switch call.number {
        case 41: return try makeSocket()
        case 53: return try makePair()
        case 42: return try connect()
        case 44: return try send(IOBuffer(user: call.a1, count: Int(min(call.a2, Self.most))), flags: call.a3, address: call.a4)
        case 45: return try receive(try buffer(call.a1, call.a2), flags: call.a3)
        case 46: return try sendMessage()
        case 47: return try receiveMessage()
        case 48: return try shutDown()
        case 51, 52: return try name()
        case 54: return try setOption()
        case 55: return try option()
        case 43, 49, 50, 288, 299, 307:
            _ = try socket()
            throw .EOPNOTSUPP
        default: return nil
        }
    }

    private func socket() throws(Errno) -> StreamSocket {
        guard let socket = try dataFile(call.a0) as? StreamSocket else { throw .ENOTSOCK }
        return socket
    }

    private func makeSocket() throws(Errno) -> Int64 {
        let type = call.a1 & 0xf
        let flags = word(call.a1) & ~0xf
        guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking) == 0, type >= 1, type <= 6 else { throw .EINVAL }
        guard call.a0 == Self.familyUnix else { throw .EAFNOSUPPORT }
        guard type == 1 || type == 2 || type == 5 else { throw .ESOCKTNOSUPPORT }
        let socket = StreamSocket.unconnected(flags: flags)
        return Int64(try process.descriptors.install(socket, cloexec: flags & OpenFlags.closeOnExec != 0))
    }

    private func makePair() throws(Errno) -> Int64 {
        let flags = word(call.a1) & ~0xf
        guard call.a0 == Self.familyUnix else { throw call.a0 == 2 || call.a0 == 10 ? .EOPNOTSUPP : .EAFNOSUPPORT }
        guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking) == 0 else { throw .EINVAL }
        guard call.a1 & 0xf == Self.stream else { throw .ESOCKTNOSUPPORT }
        let pair = StreamSocket.pair(flags: flags)
        return try installPair(pair.0, pair.1, cloexec: flags & OpenFlags.closeOnExec != 0, at: call.a3)
    }

    /// Nobody listens: what is missing is ENOENT, what is there refuses.
    private func connect() throws(Errno) -> Int64 {
        let socket = try socket()
        guard call.a2 >= 2, call.a2 <= 128 else { throw .EINVAL }
        let address = try userBytes(call.a1, Int(call.a2))
        guard address[0] == 1, address[1] == 0 else { throw .EINVAL }
        if socket.isConnected { throw .EISCONN }
        let path = Bytes(address[2...].prefix { $0 != 0 })
        guard !path.isEmpty else { throw .ECONNREFUSED }
        _ = try files.walk(path, at: process.directory, .follow, caller).existing()
        throw .ECONNREFUSED
    }

    // MARK: Data

    private func send(_ buffer: IOBuffer, flags: UInt64, address: UInt64) throws(Errno) -> Int64 {
        let socket = try socket()
        guard flags & ~(Self.dontWait | Self.noSignal) == 0 else { throw .EOPNOTSUPP }
        if address != 0 { throw socket.isConnected ? .EISCONN : .EOPNOTSUPP }
        let nonBlocking = socket.isNonBlocking || flags & Self.dontWait != 0
        if flags & Self.noSignal != 0 { return Int64(try socket.send(buffer, nonBlocking: nonBlocking)) }
        return Int64(try reporting { () throws(Errno) in try socket.send(buffer, nonBlocking: nonBlocking) })
    }

    private func receive(_ buffer: IOBuffer, flags: UInt64) throws(Errno) -> Int64 {
        let socket = try socket()
        // MSG_CMSG_CLOEXEC has nothing to close.
        guard flags & ~(Self.dontWait | 0x4000_0000) == 0 else { throw .EOPNOTSUPP }
        return Int64(try socket.receive(buffer, nonBlocking: socket.isNonBlocking || flags & Self.dontWait != 0))
    }

    /// `struct msghdr`: name 0, its length 8, vector 16, its count 24, control 32, its length 40, flags 48.
    private func sendMessage() throws(Errno) -> Int64 {
        let socket = try socket()
        let buffers = try vector(try userLoad(call.a1 &+ 16, as: UInt64.self), try userLoad(call.a1 &+ 24, as: UInt64.self))
        guard try userLoad(call.a1 &+ 40, as: UInt64.self) == 0, call.a2 & ~(Self.dontWait | Self.noSignal) == 0 else {
            throw .EOPNOTSUPP
        }
        guard socket.isConnected else { throw .ENOTCONN }
        if call.a2 & Self.noSignal != 0 { return Int64(try writeVector(socket, buffers, at: nil)) }
        return Int64(try reporting { () throws(Errno) in try writeVector(socket, buffers, at: nil) })
    }

    private func receiveMessage() throws(Errno) -> Int64 {
        let socket = try socket()
        let buffers = try vector(try userLoad(call.a1 &+ 16, as: UInt64.self), try userLoad(call.a1 &+ 24, as: UInt64.self))
        if call.a2 & Self.dontWait != 0, !socket.readiness().contains(.readable) { throw .EAGAIN }
        let count = try readVector(socket, buffers, at: nil)
        try userStore(UInt32(0), to: call.a1 &+ 8)
        try userStore(UInt64(0), to: call.a1 &+ 40)
        try userStore(UInt32(0), to: call.a1 &+ 48)
        return count
    }

    private func shutDown() throws(Errno) -> Int64 {
        guard call.a1 <= 2 else { throw .EINVAL }
        try socket().shutDown(reads: call.a1 != 1, writes: call.a1 != 0)
        return 0
    }

    // MARK: Names and options

    private func name() throws(Errno) -> Int64 {
        let socket = try socket()
        if call.number == 52, !socket.isConnected { throw .ENOTCONN }
        let room = try userLoad(call.a2, as: UInt32.self)
        if room >= 2 { try userStore(UInt16(1), to: call.a1) }
        try userStore(UInt32(2), to: call.a2)
        return 0
    }

    private func setOption() throws(Errno) -> Int64 {
        _ = try socket()
        guard call.a1 == 1 else { throw .ENOPROTOOPT }
        // SO_REUSEADDR, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_LINGER, SO_PASSCRED change nothing for a pair.
        switch call.a2 {
        case 2, 7, 8, 9, 13, 16: return 0
        default: throw .ENOPROTOOPT
        }
    }

    private func option() throws(Errno) -> Int64 {
        _ = try socket()
        guard call.a1 == 1 else { throw .ENOPROTOOPT }
        let value: [UInt32]
        switch call.a2 {
        // SO_TYPE, SO_DOMAIN, SO_ERROR, SO_SNDBUF and SO_RCVBUF, SO_PEERCRED, SO_ACCEPTCONN
        case 3, 39: value = [1]
        case 4, 30: value = [0]
        case 7, 8: value = [212_992]
        case 17: value = [UInt32(bitPattern: process.id), process.euid, process.egid]
        default: throw .ENOPROTOOPT
        }
        let room = min(Int(try userLoad(call.a4, as: UInt32.self)) / 4, value.count)
        for index in 0..<room { try userStore(value[index], to: call.a3 &+ UInt64(index * 4)) }
        try userStore(UInt32(room * 4), to: call.a4)
        return 0
    }
}
