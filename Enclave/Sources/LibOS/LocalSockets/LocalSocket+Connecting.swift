extension LocalSocket {
    // MARK: Names

    func take(name: LocalAddress) throws(Errno) {
        switch name {
        case .unnamed: try bindAutomatically()
        case .abstract(let name):
            guard self.address == nil else { throw .EINVAL }
            try LocalNames.add(self, abstract: name)
        case .path(let path): try bind(path: path)
        }
    }

    func bindAutomatically() throws(Errno) {
        if address == nil { try LocalNames.addAutomatic(self) }
    }

    /// Makes a file of the socket kind.
    private func bind(path: Bytes) throws(Errno) {
        let process = currentThread.process
        let caller = Caller(process: process)
        let result = try kernel.files.walk(path, at: process.directory, .name, caller)
        guard result.last == .normal, result.node == nil else { throw .EADDRINUSE }
        if result.trailingSlash { throw .ENOENT }
        if result.parent.fileSystem.readOnly { throw .EROFS }
        try caller.require(Caller.write | Caller.execute, of: result.parent)
        guard self.address == nil else { throw .EINVAL }
        let node = try result.parent.make(
            result.name, kind: .socket, mode: FileKind.socket.bits | caller.masked(0o777), represents: 0, caller)
        FileNotices.created(result.name, in: result.parent, isDirectory: false)
        LocalNames.add(self, path: path, node)
    }

    /// The socket a name stands for, when it is of the same type.
    func find(_ address: LocalAddress) throws(Errno) -> LocalSocket {
        let found: LocalSocket?
        switch address {
        case .unnamed: throw .ECONNREFUSED
        case .abstract(let name): found = LocalNames.socket(named: name, type)
        case .path(let path):
            let process = currentThread.process
            let caller = Caller(process: process)
            let node = try kernel.files.walk(path, at: process.directory, .follow, caller).existing()
            try caller.require(Caller.write, of: node)
            guard node.kind == .socket else { throw .ECONNREFUSED }
            found = LocalNames.socket(at: node)
        }
        guard let found else { throw .ECONNREFUSED }
        guard found.type == type else { throw .EPROTOTYPE }
        return found
    }

    // MARK: Listening

    func startListening(_ backlog: Int) throws(Errno) {
        guard type != .datagram else { throw .EOPNOTSUPP }
        guard address != nil, !isConnected else { throw .EINVAL }
        state = .listening(backlog: backlog)
        ownCredentials = LocalCredentials(of: currentThread.process)
        room.wakeAll()
    }

    func nextConnection(flags: UInt32) throws(Errno) -> LocalSocket {
        guard type != .datagram else { throw .EOPNOTSUPP }
        guard isListening else { throw .EINVAL }
        let wait = receiveWait([])
        while waiting.isEmpty {
            if readsShut { throw .EINVAL }
            try wait.pause(on: queue)
        }
        let connection = waiting.removeFirst()
        connection.statusFlags |= flags & OpenFlags.nonBlocking
        room.wakeAll()
        return connection
    }

    // MARK: Connecting

    func connectStream(to target: LocalAddress) throws(Errno) {
        try nameForCredentials()
        let listener = try waitForRoom(target)
        let connection = LocalSocket(type, protocolNumber, flags: 0)
        connection.state = .connected
        connection.address = listener.address
        connection.peerCredentials = LocalCredentials(of: currentThread.process)
        connection.options = listener.options
        peerCredentials = listener.ownCredentials
        state = .connected
        attach(to: connection)
        connection.attach(to: self)
        listener.waiting.append(connection)
        listener.changed(.readable)
        changed(.writable)
    }

    /// The listener, once it has room for one more connection.
    private func waitForRoom(_ target: LocalAddress) throws(Errno) -> LocalSocket {
        let wait = sendWait([])
        while true {
            let listener = try find(target)
            guard case .listening(let backlog) = listener.state, !listener.readsShut else { throw .ECONNREFUSED }
            if listener.waiting.count <= backlog {
                switch state {
                case .idle: return listener
                case .connected: throw .EISCONN
                case .listening: throw .EINVAL
                }
            }
            try wait.pause(on: listener.room)
        }
    }

    func connectDatagram(to target: LocalAddress) throws(Errno) {
        try nameForCredentials()
        let other = try find(target)
        guard other.peer == nil || other.peer === self else { throw .EPERM }
        if peer !== other {
            disconnect()
            attach(to: other)
        }
        changed(.writable)
    }

    /// What waits here came from somebody this socket no longer talks to.
    func disconnect() {
        guard peer != nil else { return }
        detach()
        abandonMessages()
        room.wakeAll()
    }

    /// As Linux: a socket that passes credentials has a name.
    func nameForCredentials() throws(Errno) {
        if options.isOn(SocketOptions.Number.passCredentials) { try bindAutomatically() }
    }
}
