import Wire

/// An open stream of the host: bytes in order, nothing the enclave could verify.
final class HostStream: OpenFile {
    private let stream: Int
    private let isTerminal: Bool
    /// Reads so far: after each the stream may be ready anew.
    private var reads: UInt64 = 0

    /// How long one host call may wait before signals are looked at again.
    private static let slice: UInt64 = 50_000_000

    init(_ stream: Int, node: Node, path: Bytes, flags: UInt32) {
        self.stream = stream
        // Opened through /dev/tty it is one by definition.
        isTerminal = (node as? HostStreamNode)?.isTerminal ?? true
        super.init(node: node, path: path, flags: flags)
    }

    override var hostStream: Int? { stream }
    override var isPollable: Bool { node.kind != .regular }

    override func readiness() -> PollEvents {
        Self.events(of: stream, in: Host.pollStreams(1 << UInt64(stream) | 1 << UInt64(stream + 8), timeout: 0))
    }

    /// What the host says of one stream: a bit for reading, one eight further for writing.
    static func events(of stream: Int, in answer: UInt64) -> PollEvents {
        var events: PollEvents = []
        if answer >> UInt64(stream) & 1 != 0 { events.insert(.readable) }
        if answer >> UInt64(stream + 8) & 1 != 0 { events.insert(.writable) }
        return events
    }

    override var changeCount: UInt64 { reads }
    override func synchronise() throws(Errno) { if node.kind != .regular { throw .EINVAL } }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        let memory = KernelBuffer(count: min(buffer.count, CallFrame.dataLength))
        var result: Int
        repeat {
            try waitUntilReadable()
            result = Host.readStream(stream, into: memory.bytes, count: memory.count)
        } while try HostWait.isMadeAgain(result)
        guard result >= 0 else { throw Errno(code: Int32(clamping: -result)) }
        reads += 1
        try buffer.copyOut(memory.bytes, min(result, memory.count), at: 0)
        return min(result, memory.count)
    }

    /// Waits in slices, so that a signal ends the wait.
    private func waitUntilReadable() throws(Errno) {
        let bit: UInt64 = 1 << UInt64(stream)
        if isNonBlocking {
            guard Host.pollStreams(bit, timeout: 0) & bit != 0 else { throw .EAGAIN }
            return
        }
        while Host.pollStreams(bit, timeout: Self.slice) & bit == 0 { try HostWait.checkSignals() }
    }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        var done = 0
        let memory = KernelBuffer(count: min(buffer.count, CallFrame.dataLength))
        while done < buffer.count {
            let count = min(buffer.count - done, memory.count)
            try buffer.copyIn(memory.bytes, count, at: done)
            let result = Host.writeStream(stream, from: memory.bytes, count: count)
            if done == 0, try HostWait.isMadeAgain(result) { continue }
            guard result > 0 else {
                if done > 0 { break }
                throw result < 0 ? Errno(code: Int32(clamping: -result)) : .EIO
            }
            done += min(result, count)
        }
        return done
    }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        if request == TerminalRequest.bytesReadable {
            let bit: UInt64 = 1 << UInt64(stream)
            try userStore(Int32(Host.pollStreams(bit, timeout: 0) & bit != 0 ? 1 : 0), to: argument)
            return 0
        }
        guard isTerminal else { throw .ENOTTY }
        switch request {
        case TerminalRequest.getAttributes:
            try userStoreBytes(try exchange(request, Bytes(repeating: 0, count: TerminalRequest.attributesLength)), to: argument)
        case TerminalRequest.setAttributes, TerminalRequest.setAttributesWait, TerminalRequest.setAttributesFlush:
            _ = try exchange(request, try userBytes(argument, TerminalRequest.attributesLength))
        case TerminalRequest.getWindowSize:
            try userStoreBytes(try exchange(request, Bytes(repeating: 0, count: TerminalRequest.windowSizeLength)), to: argument)
        case TerminalRequest.setWindowSize:
            _ = try exchange(request, try userBytes(argument, TerminalRequest.windowSizeLength))
        case TerminalRequest.getGroup: try userStore(HostStreams.shared.foregroundGroup, to: argument)
        case TerminalRequest.setGroup: HostStreams.shared.foregroundGroup = try userLoad(argument, as: Int32.self)
        case TerminalRequest.getSession: try userStore(currentThread.process.session, to: argument)
        case TerminalRequest.setControlling: break
        default: throw .ENOTTY
        }
        return 0
    }

    private func exchange(_ request: UInt64, _ argument: Bytes) throws(Errno) -> Bytes {
        var bytes = argument
        let result = bytes.withUnsafeMutableBytes { raw -> Int in
            guard let base = raw.baseAddress else { return 0 }
            return Host.terminal(stream, request: request, buffer: base, count: raw.count)
        }
        guard result >= 0 else { throw Errno(code: Int32(clamping: -result)) }
        return bytes
    }
}

/// Waiting in the host, which no wake-up inside reaches.
enum HostWait {
    /// Whether the host gave a call up for a signal that turns out to be none for this thread.
    static func isMadeAgain(_ result: Int) throws(Errno) -> Bool {
        guard result == -Int(Errno.EINTR.code) else { return false }
        try checkSignals()
        return true
    }

    /// Throws EINTR when a signal is to be delivered.
    static func checkSignals() throws(Errno) {
        HostSignals.look()
        do throws(Errno) { try block(on: [], until: 0) } catch {
            if error == .EINTR { throw error }
        }
    }
}
