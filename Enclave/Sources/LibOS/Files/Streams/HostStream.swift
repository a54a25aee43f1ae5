import Wire

/// An open stream of the host: bytes in order, nothing the enclave could verify.
final class HostStream: OpenFile {
    private let source: StreamSource
    private let isTerminal: Bool

    init(_ source: StreamSource, node: Node, path: Bytes, flags: UInt32) {
        self.source = source
        // Opened through /dev/tty it is one by definition.
        isTerminal = (node as? HostStreamNode)?.isTerminal ?? true
        super.init(node: node, path: path, flags: flags)
    }

    override var isPollable: Bool { node.kind != .regular && source.isWatchable() }
    override func readiness() -> PollEvents { source.readiness() }
    override var waitQueues: [WaitQueue] { [source.queue] }
    override func synchronise() throws(Errno) { if node.kind != .regular { throw .EINVAL } }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count > 0 else { return 0 }
        return try source.read(buffer, nonBlocking: isNonBlocking)
    }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        var done = 0
        do throws(Errno) {
            while done < buffer.count { done += try source.write(buffer, from: done, nonBlocking: isNonBlocking) }
        } catch {
            // What was taken counts; the next call tells of the error.
            if done == 0 { throw error }
        }
        return done
    }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        if request == TerminalRequest.bytesReadable {
            let count = try exchange(request, Bytes(word: 0)).word(at: 0) ?? 0
            try userStore(max(count, 0), to: argument)
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
            return Host.terminal(source.stream, request: request, buffer: base, count: raw.count)
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
