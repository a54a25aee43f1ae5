/// One device node.
package struct DeviceFacts: Equatable, Sendable, Encodable {
    package enum State: String, Sendable, Encodable {
        case absent
        /// Of another kind than a character device or, for the old drivers' names, a directory.
        case strange
        /// There, and this user may not open it for reading and writing.
        case forbidden
        case usable
    }

    package var path: String
    package var state: State
    package var mode: UInt32 = 0
    package var group: String?

    package init(_ path: String, _ state: State) {
        self.path = path
        self.state = state
    }
}

/// One Unix socket.
package enum SocketState: String, Sendable, Encodable {
    case absent
    /// The name is there and nobody listens.
    case dead
    case forbidden
    case listening
}
