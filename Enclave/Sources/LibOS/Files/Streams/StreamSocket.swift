/// A stream socket of the AF_UNIX family: one end of a pair, or one that is connected to nothing.
final class StreamSocket: OpenFile {
    private let incoming: Pipe?
    private let outgoing: Pipe?
    private var readsShut = false
    private var writesShut = false
    private let idle = WaitQueue()

    private init(incoming: Pipe?, outgoing: Pipe?, flags: UInt32) {
        self.incoming = incoming
        self.outgoing = outgoing
        let node = AnonymousNode(AnonymousFileSystem.sockets, kind: .socket, mode: 0o777)
        super.init(
            node: node, path: node.shownPath("socket"), flags: OpenFlags.readWrite | flags & OpenFlags.nonBlocking)
        incoming?.readers += 1
        outgoing?.writers += 1
    }

    static func pair(flags: UInt32) -> (StreamSocket, StreamSocket) {
        let a = Pipe()
        let b = Pipe()
        return (StreamSocket(incoming: a, outgoing: b, flags: flags), StreamSocket(incoming: b, outgoing: a, flags: flags))
    }

    static func unconnected(flags: UInt32) -> StreamSocket { StreamSocket(incoming: nil, outgoing: nil, flags: flags) }

    var isConnected: Bool { incoming != nil }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int { try receive(buffer, nonBlocking: isNonBlocking) }
    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { try send(buffer, nonBlocking: isNonBlocking) }

    func receive(_ buffer: IOBuffer, nonBlocking: Bool) throws(Errno) -> Int {
        guard let incoming else { throw .EINVAL }
        while incoming.count == 0 {
            if incoming.writers == 0 || readsShut { return 0 }
            if nonBlocking { throw .EAGAIN }
            try block(on: [incoming.readable], until: nil)
        }
        return try incoming.take(buffer)
    }

    func send(_ buffer: IOBuffer, nonBlocking: Bool) throws(Errno) -> Int {
        guard let outgoing else { throw .ENOTCONN }
        var done = 0
        do throws(Errno) {
            while done < buffer.count {
                if writesShut || outgoing.readers == 0 { throw .EPIPE }
                if outgoing.space == 0 {
                    if nonBlocking { throw .EAGAIN }
                    try block(on: [outgoing.writable], until: nil)
                    continue
                }
                done += try outgoing.put(buffer, from: done, most: buffer.count - done)
            }
        } catch {
            if done == 0 || error == .EPIPE { throw error }
        }
        return done
    }

    func shutDown(reads: Bool, writes: Bool) {
        if reads { shutReads() }
        if writes { shutWrites() }
    }

    private func shutReads() {
        guard !readsShut else { return }
        readsShut = true
        incoming?.readers -= 1
        incoming?.moved()
    }

    private func shutWrites() {
        guard !writesShut else { return }
        writesShut = true
        outgoing?.writers -= 1
        outgoing?.moved()
    }

    override func readiness() -> PollEvents {
        guard let incoming, let outgoing else { return readsShut ? [.readable, .writable, .hangUp] : [.writable, .hangUp] }
        var events: PollEvents = []
        let ended = incoming.writers == 0 || readsShut
        if incoming.count > 0 || ended { events.insert(.readable) }
        if ended { events.insert(.readHangUp) }
        if ended, outgoing.readers == 0 || writesShut { events.insert(.hangUp) }
        if outgoing.space > 0 || outgoing.readers == 0 { events.insert(.writable) }
        return events
    }

    override var waitQueues: [WaitQueue] {
        guard let incoming, let outgoing else { return [idle] }
        return [incoming.readable, outgoing.writable]
    }

    override var changeCount: UInt64 { (incoming?.generation ?? 0) &+ (outgoing?.generation ?? 0) }
    override var isPollable: Bool { true }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        guard request == TerminalRequest.bytesReadable else { throw .ENOTTY }
        try userStore(Int32(incoming?.count ?? 0), to: argument)
        return 0
    }

    override func closed() {
        shutReads()
        shutWrites()
    }
}
