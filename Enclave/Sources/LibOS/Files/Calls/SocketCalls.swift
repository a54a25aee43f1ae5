/// The calls on sockets: arguments are decoded here, once, for all families.
struct SocketCalls {
    let call: CallArguments
    let thread: Thread
    let files: FileCalls

    /// `nil` when the number is not one of them.
    ///
    /// BLOCKS.
    static func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch call.number {
        case 41...55, 288, 299, 307: break
        default: return nil
        }
        let calls = SocketCalls(call: call, thread: thread, files: FileCalls(call, thread))
        try calls.refuseNarrowMessages()
        switch call.number {
        case 41: return try calls.makeSocket()
        case 42: return try calls.connect()
        case 43: return try calls.accept(flags: 0)
        case 44: return try calls.sendTo()
        case 45: return try calls.receiveFrom()
        case 46: return try calls.sendMessage()
        case 47: return try calls.receiveMessage()
        case 48: return try calls.shutDown()
        case 49: return try calls.bind()
        case 50: return try calls.listen()
        case 51: return try calls.name(ofPeer: false)
        case 52: return try calls.name(ofPeer: true)
        case 53: return try calls.makePair()
        case 54: return try calls.setOption()
        case 55: return try calls.option()
        case 288: return try calls.accept(flags: UInt32(truncatingIfNeeded: call.a3))
        case 299: return try calls.receiveMessages()
        default: return try calls.sendMessages()
        }
    }

    /// MSG_CMSG_COMPAT is the kernel's own, for programs of 32 bits.
    private func refuseNarrowMessages() throws(Errno) {
        let flags: UInt64
        switch call.number {
        case 46, 47: flags = call.a2
        case 299, 307: flags = call.a3
        default: return
        }
        guard flags & 0x8000_0000 == 0 else { throw .EINVAL }
    }

    private var process: Process { thread.process }
    func int(_ argument: UInt64) -> Int32 { Int32(truncatingIfNeeded: argument) }

    func socket() throws(Errno) -> SocketFile {
        guard let socket = try files.dataFile(call.a0) as? SocketFile else { throw .ENOTSOCK }
        return socket
    }

    // MARK: New sockets

    private static let creationFlags = OpenFlags.closeOnExec | OpenFlags.nonBlocking

    /// The type argument: its low bits and its flags.
    private func typeArgument() throws(Errno) -> (type: UInt64, flags: UInt32) {
        let flags = UInt32(truncatingIfNeeded: call.a1) & ~0xf
        guard flags & ~Self.creationFlags == 0 else { throw .EINVAL }
        return (call.a1 & 0xf, flags)
    }

    private func makeSocket() throws(Errno) -> Int64 {
        let (number, flags) = try typeArgument()
        let family = try self.family(number)
        let socket = try Self.make(family, number, int(call.a2), flags)
        return try install(socket, flags)
    }

    private func family(_ type: UInt64) throws(Errno) -> UInt16 {
        guard call.a0 & 0xffff_ffff < SocketFamily.end else { throw .EAFNOSUPPORT }
        guard type < SocketType.end else { throw .EINVAL }
        return UInt16(truncatingIfNeeded: call.a0)
    }

    /// Each family makes its own kind of socket, and says which types and protocols it has.
    private static func make(
        _ family: UInt16, _ type: UInt64, _ protocolNumber: Int32, _ flags: UInt32
    ) throws(Errno) -> SocketFile {
        switch family {
        case SocketFamily.local: return try LocalSocket.make(type, protocolNumber, flags)
        case SocketFamily.internet, SocketFamily.internet6:
            return try HostSocket.make(family, type, protocolNumber, flags)
        case SocketFamily.netlink: return try RouteSocket.make(type, protocolNumber, flags)
        default: throw .EAFNOSUPPORT
        }
    }

    private func install(_ socket: SocketFile, _ flags: UInt32) throws(Errno) -> Int64 {
        do throws(Errno) {
            return Int64(try process.descriptors.install(socket, cloexec: flags & OpenFlags.closeOnExec != 0))
        } catch {
            socket.closed()
            throw error
        }
    }

    private func makePair() throws(Errno) -> Int64 {
        let (number, flags) = try typeArgument()
        let family = try self.family(number)
        guard family == SocketFamily.local else {
            try Self.make(family, number, int(call.a2), flags).closed()
            throw .EOPNOTSUPP
        }
        let pair = try LocalSocket.pair(number, int(call.a2), flags)
        return try files.installPair(pair.0, pair.1, cloexec: flags & OpenFlags.closeOnExec != 0, at: call.a3)
    }

    private func accept(flags: UInt32) throws(Errno) -> Int64 {
        let file = try files.dataFile(call.a0)
        guard flags & ~Self.creationFlags == 0 else { throw .EINVAL }
        try process.descriptors.requireRoom()
        guard let socket = file as? SocketFile else { throw .ENOTSOCK }
        let accepted = try socket.accept(flags: flags)
        if call.a1 != 0 {
            do throws(Errno) { try storeName(try accepted.peerName(), call.a1, call.a2) } catch {
                accepted.closed()
                throw error == .ENOTCONN ? .ECONNABORTED : error
            }
        }
        return try install(accepted, flags)
    }

    // MARK: Names and states

    private func bind() throws(Errno) -> Int64 {
        let socket = try socket()
        try socket.bind(try SocketAddress(user: call.a1, length: int(call.a2)))
        return 0
    }

    private func connect() throws(Errno) -> Int64 {
        let socket = try socket()
        try socket.connect(try SocketAddress(user: call.a1, length: int(call.a2)))
        return 0
    }

    /// net.core.somaxconn.
    private static let longestBacklog: UInt32 = 4096

    private func listen() throws(Errno) -> Int64 {
        let backlog = min(UInt32(truncatingIfNeeded: call.a1), Self.longestBacklog)
        try socket().listen(backlog: Int32(backlog))
        return 0
    }

    private func shutDown() throws(Errno) -> Int64 {
        let socket = try socket()
        let how = int(call.a1)
        guard how >= 0, how <= 2 else { throw .EINVAL }
        try socket.shutdown(reads: how != 1, writes: how != 0)
        return 0
    }

    private func name(ofPeer: Bool) throws(Errno) -> Int64 {
        let socket = try socket()
        try storeName(ofPeer ? try socket.peerName() : try socket.name(), call.a1, call.a2)
        return 0
    }

    /// Writes what there is room for, and the whole length.
    func storeName(_ name: SocketAddress?, _ address: UInt64, _ lengthAddress: UInt64) throws(Errno) {
        let bytes = name?.bytes ?? []
        let room = try userLoad(lengthAddress, as: Int32.self)
        guard room >= 0 else { throw .EINVAL }
        let shown = min(bytes.count, Int(room))
        if shown > 0 { try userStoreBytes(Bytes(bytes[0..<shown]), to: address) }
        try userStore(UInt32(bytes.count), to: lengthAddress)
    }

    // MARK: Options

    /// No option of any family is longer.
    private static let longestOption: Int32 = 65536

    private func setOption() throws(Errno) -> Int64 {
        let socket = try socket()
        let length = int(call.a4)
        guard length >= 0 else { throw .EINVAL }
        let value = try userBytes(call.a3, Int(min(length, Self.longestOption)))
        try socket.setOption(level: int(call.a1), int(call.a2), value)
        return 0
    }

    private func option() throws(Errno) -> Int64 {
        let socket = try socket()
        let room = try userLoad(call.a4, as: Int32.self)
        guard room >= 0 else { throw .EINVAL }
        let value = try socket.option(level: int(call.a1), int(call.a2), room: Int(room))
        let shown = min(value.count, Int(room))
        try userStoreBytes(Bytes(value[0..<shown]), to: call.a3)
        try userStore(UInt32(shown), to: call.a4)
        return 0
    }
}
