extension LocalSocket {
    /// `net.unix.max_dgram_qlen`: messages that may wait at a socket for those it does not answer to.
    private static let mostMessages = 10

    func isFullOfMessages(for sender: LocalSocket) -> Bool {
        peer !== sender && incoming.recordCount > Self.mostMessages
    }

    // MARK: Sending

    func deliver(_ message: OutgoingMessage, _ flags: MessageFlags) throws(Errno) -> Int {
        let process = currentThread.process
        var credentials = LocalCredentials(of: process)
        var files: [OpenFile] = []
        do throws(Errno) {
            for entry in message.control where entry.level == ControlMessage.socketLevel {
                switch entry.type {
                case ControlMessage.rights: files.append(contentsOf: try FlyingFiles.take(entry.data, from: process))
                case ControlMessage.credentials: credentials = try LocalCredentials(claimed: entry.data, by: process)
                default: throw .EINVAL
                }
            }
            guard files.count <= FlyingFiles.most else { throw .EINVAL }
            if type == .stream { return try sendStream(message, flags, credentials, &files) }
            return try sendMessage(message, flags, credentials, &files)
        } catch {
            for file in files { FlyingFiles.landed(file) }
            for file in files { file.descriptorRemoved() }
            throw error
        }
    }

    private func sendStream(
        _ message: OutgoingMessage, _ flags: MessageFlags, _ credentials: LocalCredentials, _ files: inout [OpenFile]
    ) throws(Errno) -> Int {
        if message.address != nil { throw isConnected ? .EISCONN : .EOPNOTSUPP }
        guard let peer, isConnected else { throw .ENOTCONN }
        let wait = sendWait(flags)
        let data = message.data
        var done = 0
        do throws(Errno) {
            if writesShut { throw .EPIPE }
            while done < data.count {
                if writesShut || peer.isDead || peer.readsShut { throw .EPIPE }
                let space = Int(options.sendBuffer) - peer.incoming.byteCount
                guard space > 0 else {
                    try wait.pause(on: peer.room)
                    continue
                }
                let n = min(space, data.count - done)
                let record = LocalQueue.Record(length: n, source: nil, credentials: credentials, files: files)
                try peer.incoming.append(data, from: done, stream: record)
                files = []
                done += n
                peer.changed(.readable)
            }
        } catch {
            if done == 0 { throw error }
        }
        return done
    }

    private func sendMessage(
        _ message: OutgoingMessage, _ flags: MessageFlags, _ credentials: LocalCredentials, _ files: inout [OpenFile]
    ) throws(Errno) -> Int {
        if type == .sequenced {
            try throwPendingError()
            guard isConnected else { throw .ENOTCONN }
        }
        let length = message.data.count
        var target: LocalAddress?
        if type == .datagram, let address = message.address { target = try LocalAddress(address) }
        try nameForCredentials()
        if target == nil, peer == nil { throw .ENOTCONN }
        guard length <= Int(options.sendBuffer) - 32 else { throw .EMSGSIZE }
        let wait = sendWait(flags)
        while true {
            if writesShut { throw .EPIPE }
            let receiver = try receiver(target)
            if receiver.isDead, type == .datagram {
                if target == nil { detach() }
                throw .ECONNREFUSED
            }
            if receiver.isDead || receiver.readsShut { throw .EPIPE }
            let fits = receiver.incoming.isEmpty || receiver.incoming.cost + LocalQueue.cost(length) <= Int(options.sendBuffer)
            if fits, receiver === self || !receiver.isFullOfMessages(for: self) {
                let record = LocalQueue.Record(
                    length: length, source: address?.socketAddress, credentials: credentials, files: files)
                try receiver.incoming.append(message.data, record)
                files = []
                receiver.changed(.readable)
                return length
            }
            try wait.pause(on: receiver.room)
        }
    }

    private func receiver(_ target: LocalAddress?) throws(Errno) -> LocalSocket {
        if let target {
            let other = try find(target)
            guard other.peer == nil || other.peer === self else { throw .EPERM }
            return other
        }
        guard let peer else { throw .ENOTCONN }
        return peer
    }

    // MARK: Receiving

    func receiveStream(_ data: MessageData, _ flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        guard isConnected else { throw .EINVAL }
        var received = ReceivedMessage()
        var reader = StreamReader(wanted: data.count, isPeek: flags.contains(.peek))
        let wait = receiveWait(flags)
        // As Linux: a receive of no bytes waits for one.
        let least = max(1, flags.contains(.waitAll) ? data.count : min(Int(options.receiveLowWater), data.count))
        let passes = options.isOn(SocketOptions.Number.passCredentials)
        do throws(Errno) {
            while true {
                try reader.read(&incoming, to: data, &received, stopsAtSender: passes)
                if !reader.isPeek, reader.hasMoved { madeRoom(&reader) }
                if received.count >= least || data.count == 0 && !incoming.isEmpty { break }
                if reader.isEnded { break }
                try throwPendingError()
                if readsShut { break }
                if reader.isPeek, received.count > 0 { break }
                try wait.pause(on: queue)
            }
        } catch {
            if received.count == 0 { throw error }
        }
        if passes { reader.addCredentials(&received) }
        if received.count > 0, let peer, let name = peer.address { received.address = name.socketAddress }
        return received
    }

    private func madeRoom(_ reader: inout StreamReader) {
        reader.hasMoved = false
        roomMade()
    }

    func receiveMessage(_ data: MessageData, _ flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        let wait = receiveWait(flags)
        while incoming.isEmpty {
            try throwPendingError()
            if readsShut, type == .sequenced || !isNonBlocking && !flags.contains(.dontWait) { return ReceivedMessage() }
            try wait.pause(on: queue)
        }
        let record = incoming[0]
        let n = min(record.length, data.count)
        try incoming.copyOut(skip: 0, n, to: data, at: 0)
        var received = ReceivedMessage()
        received.count = flags.contains(.truncated) ? record.length : n
        if n < record.length { received.flags.insert(.truncated) }
        received.address = record.source
        if options.isOn(SocketOptions.Number.passCredentials) { received.addCredentials(record.credentials) }
        received.files = record.files
        if flags.contains(.peek) {
            FlyingFiles.duplicated(record.files)
            return received
        }
        for file in record.files { FlyingFiles.landed(file) }
        incoming.dropFirst()
        roomMade()
        return received
    }
}

extension ReceivedMessage {
    mutating func addCredentials(_ credentials: LocalCredentials) {
        control.append(
            ControlMessage(
                level: ControlMessage.socketLevel, type: ControlMessage.credentials, data: credentials.bytes))
    }
}
