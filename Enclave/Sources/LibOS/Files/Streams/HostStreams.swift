import Wire

/// The three streams the host gives the container, and what kind each is.
final class HostStreams: FileSystem {
    nonisolated(unsafe) private(set) static var shared = HostStreams()

    private var nodes: [HostStreamNode?] = [nil, nil, nil]
    /// The first stream that is a terminal.
    private(set) var terminal: StreamSource?
    /// What TIOCSPGRP set.
    var foregroundGroup: Int32 = 1

    private init() { super.init(typeName: "hoststreams", type: FileSystemType.pipes, readOnly: false) }

    /// Asks the host once what each stream is; one it does not have stays closed.
    ///
    /// BLOCKS.
    func initialise() {
        for stream in 0..<3 {
            guard let information = Host.streamInformation(stream) else { continue }
            let source = StreamSource(stream)
            nodes[stream] = HostStreamNode(self, source, Self.kind(information), isTerminal: information.isTerminal)
            if information.isTerminal, terminal == nil { terminal = source }
        }
    }

    /// Opens the stream for the first process, or nothing where the host has none.
    ///
    /// BLOCKS.
    func open(_ stream: Int) throws(Errno) -> OpenFile? {
        guard let node = nodes[stream] else { return nil }
        let flags = node.isTerminal ? OpenFlags.readWrite : stream == 0 ? OpenFlags.readOnly : OpenFlags.writeOnly
        return HostStream(node.source, node: node, path: node.shownPath, flags: flags)
    }

    /// Whatever else the host has there behaves like a pipe: bytes in order, no place to seek to.
    private static func kind(_ information: StreamInformation) -> FileKind {
        if information.isTerminal { return .characterDevice }
        switch FileKind(bits: information.kind << 12) {
        case .regular: return .regular
        case .socket: return .socket
        case .characterDevice: return .characterDevice
        default: return .fifo
        }
    }
}
