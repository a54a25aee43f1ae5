import CLinux
import Glibc
import Linux

/// What `rune` and a process of the container say to each other while it is being made.
///
/// A SOCK_SEQPACKET pair: one packet a message, its first byte the kind, the rest text.
struct InitChannel: ~Copyable {
    enum Message: Equatable {
        /// To the child: it is in its cgroups and its ids are mapped.
        case proceed
        /// From the child: namespaces and mounts are there, the root is not yet changed.
        case mounted
        case warning(String)
        case failed(String)
        /// From the child: all is done but to start.
        case ready
        /// From the intermediate process: the pid of the child.
        case cloned(Int32)
        /// From a process that has loaded its filter of system calls: the descriptor of its listener, which the receiver owns.
        case listener(Int32)
        /// From the child: what it does next, in case it does not come back from there; empty when it has.
        case doing(String)

        var kind: UInt8 {
            switch self {
            case .proceed: 1
            case .mounted: 2
            case .warning: 3
            case .failed: 4
            case .ready: 5
            case .cloned: 6
            case .listener: 7
            case .doing: 8
            }
        }
    }

    static let lengthLimit = 32768
    /// What goes with a listener's descriptor.
    static let listenerPacket = "\u{7}"
    let descriptor: FileDescriptor

    static func pair() throws(RuntimeError) -> (own: Int32, child: Int32) {
        var ends: [Int32] = [-1, -1]
        try RuntimeError.wrap {
            try SystemCallError.check(cl_socket_pair(Int32(SOCK_SEQPACKET.rawValue), &ends), "make a socket pair")
        }
        return (ends[0], ends[1])
    }

    init(owning raw: Int32) {
        descriptor = FileDescriptor(owning: raw)
    }

    /// `false`: the other side is gone.
    @discardableResult
    func send(_ message: Message) -> Bool {
        if case .listener(let raw) = message { return cl_send_descriptor(descriptor.raw, raw, Self.listenerPacket) >= 0 }
        var packet = [message.kind]
        switch message {
        case .warning(let text), .failed(let text), .doing(let text): packet += text.utf8.prefix(Self.lengthLimit - 1)
        case .cloned(let pid): packet += String(pid).utf8
        default: break
        }
        return packet.withUnsafeBytes { Glibc.send(descriptor.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } > 0
    }

    /// `nil`: the other side is gone.
    func receive() -> Message? {
        var attached: Int32 = -1
        // Most packets are one byte long: of the rest of the buffer no page is touched.
        let packet = [UInt8](unsafeUninitializedCapacity: Self.lengthLimit) { buffer, count in
            var result = 0
            repeat {
                result = cl_receive_packet(descriptor.raw, buffer.baseAddress, buffer.count, &attached)
            } while result == -Int(EINTR)
            count = max(0, result)
        }
        guard let kind = packet.first else { return nil }
        let text = String(decoding: packet.dropFirst(), as: UTF8.self)
        switch kind {
        case 1: return .proceed
        case 2: return .mounted
        case 3: return .warning(text)
        case 4: return .failed(text)
        case 5: return .ready
        case 6: return Int32(text).map { .cloned($0) }
        case 8: return .doing(text)
        case 7: return attached >= 0 ? .listener(attached) : nil
        default: return nil
        }
    }
}
