/// A socket of any family: what a family cannot do throws the errno Linux has for it.
///
/// Arguments come decoded, results are written by the caller; only the bytes of messages move between here and user memory.
class SocketFile: OpenFile {
    final let family: UInt16
    final let type: SocketType
    final let protocolNumber: Int32
    final var options = SocketOptions()

    /// `flags` may hold O_NONBLOCK.
    init(family: UInt16, type: SocketType, protocolNumber: Int32, flags: UInt32) {
        self.family = family
        self.type = type
        self.protocolNumber = protocolNumber
        let node = AnonymousNode(AnonymousFileSystem.sockets, kind: .socket, mode: 0o777)
        super.init(
            node: node, path: node.shownPath("socket"), flags: OpenFlags.readWrite | flags & OpenFlags.nonBlocking)
    }

    // MARK: What a family does; names, then data

    func bind(_ address: SocketAddress) throws(Errno) { throw .EOPNOTSUPP }
    func listen(backlog: Int32) throws(Errno) { throw .EOPNOTSUPP }

    /// The next connection as a new socket, whose flags may hold O_NONBLOCK.
    ///
    /// BLOCKS.
    func accept(flags: UInt32) throws(Errno) -> SocketFile { throw .EOPNOTSUPP }

    /// BLOCKS.
    func connect(_ address: SocketAddress) throws(Errno) { throw .EOPNOTSUPP }

    func name() throws(Errno) -> SocketAddress { throw .EOPNOTSUPP }
    func peerName() throws(Errno) -> SocketAddress { throw .ENOTCONN }

    /// BLOCKS.
    func send(_ message: OutgoingMessage, flags: MessageFlags) throws(Errno) -> Int { throw .EOPNOTSUPP }

    /// Fills `data`; what else came is in the result.
    ///
    /// BLOCKS.
    func receive(_ data: MessageData, flags: MessageFlags) throws(Errno) -> ReceivedMessage { throw .EOPNOTSUPP }

    func shutdown(reads: Bool, writes: Bool) throws(Errno) { throw .EOPNOTSUPP }

    // MARK: Options; those of SOL_SOCKET are here

    var isListening: Bool { false }

    /// The error of something that happened since the last call, which SO_ERROR tells once.
    func takeError() -> Errno? { nil }

    /// The value of an option, at most `room` bytes of it count.
    func option(level: Int32, _ number: Int32, room: Int) throws(Errno) -> Bytes {
        guard level == ControlMessage.socketLevel else { throw levelError }
        return try socketOption(number)
    }

    func setOption(level: Int32, _ number: Int32, _ value: Bytes) throws(Errno) {
        guard level == ControlMessage.socketLevel else { throw levelError }
        try setSocketOption(number, value)
    }

    /// What a level that the family does not have is answered with.
    var levelError: Errno { .EOPNOTSUPP }

    /// Whether a send that nobody can receive raises SIGPIPE.
    final var raisesPipeSignal: Bool { type == .stream }

    // MARK: As a file

    override final func read(_ buffer: IOBuffer) throws(Errno) -> Int { try readMessage(MessageData(buffer)) }

    /// read and readv: what came besides the bytes is dropped.
    final func readMessage(_ data: MessageData) throws(Errno) -> Int {
        // Linux does not ask the protocol then.
        if data.count == 0 { return 0 }
        let received = try receive(data, flags: [])
        for file in received.files { file.descriptorRemoved() }
        return received.count
    }

    override final func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        try send(OutgoingMessage(data: MessageData(buffer)), flags: [])
    }

    override var isPollable: Bool { true }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        if let result = try InterfaceRequests.answer(request, argument) { return result }
        throw .ENOTTY
    }

    /// How long a send with these flags may wait.
    final func sendWait(_ flags: MessageFlags) -> SocketWait {
        SocketWait(nonBlocking: isNonBlocking || flags.contains(.dontWait), timeout: options.sendTimeout)
    }

    final func receiveWait(_ flags: MessageFlags) -> SocketWait {
        SocketWait(nonBlocking: isNonBlocking || flags.contains(.dontWait), timeout: options.receiveTimeout)
    }
}
