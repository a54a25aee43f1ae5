extension SocketCalls {
    // MARK: One message

    func sendTo() throws(Errno) -> Int64 {
        let socket = try socket()
        let buffer = IOBuffer(user: call.a1, count: Int(min(call.a2, FileCalls.most)))
        var message = OutgoingMessage(data: MessageData(buffer))
        if call.a4 != 0 { message.address = try SocketAddress(user: call.a4, length: int(call.a5)) }
        return Int64(try send(message, socket, MessageFlags(rawValue: UInt32(truncatingIfNeeded: call.a3))))
    }

    func receiveFrom() throws(Errno) -> Int64 {
        let socket = try socket()
        let buffer = IOBuffer(user: call.a1, count: Int(min(call.a2, FileCalls.most)))
        let flags = MessageFlags(rawValue: UInt32(truncatingIfNeeded: call.a3))
        let received = try socket.receive(MessageData(buffer), flags: flags)
        for file in received.files { file.descriptorRemoved() }
        if call.a4 != 0 { try storeName(received.address, call.a4, call.a5) }
        return Int64(received.count)
    }

    func sendMessage() throws(Errno) -> Int64 {
        let socket = try socket()
        let message = try MessageHeader(user: call.a1).outgoing(files)
        return Int64(try send(message, socket, MessageFlags(rawValue: UInt32(truncatingIfNeeded: call.a2))))
    }

    func receiveMessage() throws(Errno) -> Int64 {
        let socket = try socket()
        return try receive(at: call.a1, socket, MessageFlags(rawValue: UInt32(truncatingIfNeeded: call.a2)))
    }

    /// A stream whose other end is gone raises SIGPIPE, unless MSG_NOSIGNAL says no.
    private func send(_ message: OutgoingMessage, _ socket: SocketFile, _ flags: MessageFlags) throws(Errno) -> Int {
        do throws(Errno) { return try socket.send(message, flags: flags) } catch {
            if error == .EPIPE, socket.raisesPipeSignal, !flags.contains(.noSignal) { thread.raise(Signal.pipe) }
            throw error
        }
    }

    private func receive(at address: UInt64, _ socket: SocketFile, _ flags: MessageFlags) throws(Errno) -> Int64 {
        let header = try MessageHeader(user: address)
        let received = try socket.receive(try header.data(files), flags: flags)
        try header.store(received, files, asked: flags)
        return Int64(received.count)
    }

    // MARK: Several messages

    private static let mostMessages: UInt64 = 1024
    /// `struct mmsghdr`: a header, the number of bytes, four bytes of nothing.
    private static let recordLength = MessageHeader.length + 8

    /// What was sent before an error counts.
    func sendMessages() throws(Errno) -> Int64 {
        let socket = try socket()
        let flags = MessageFlags(rawValue: UInt32(truncatingIfNeeded: call.a3))
        let count = min(call.a2 & 0xffff_ffff, Self.mostMessages)
        var done: UInt64 = 0
        do throws(Errno) {
            while done < count {
                let place = call.a1 &+ done * Self.recordLength
                let sent = try send(try MessageHeader(user: place).outgoing(files), socket, flags)
                try userStore(UInt32(truncatingIfNeeded: sent), to: place &+ MessageHeader.length)
                done += 1
            }
        } catch {
            if done == 0 { throw error }
        }
        return Int64(done)
    }

    /// The time-out is looked at after each message, as Linux does.
    func receiveMessages() throws(Errno) -> Int64 {
        let deadline: UInt64? = call.a4 == 0 ? nil : Clock.monotonic() &+ (try TimeSpec.load(call.a4))
        let socket = try socket()
        var flags = MessageFlags(rawValue: UInt32(truncatingIfNeeded: call.a3))
        let waitsForOne = flags.contains(.waitForOne)
        flags.remove(.waitForOne)
        let count = min(call.a2 & 0xffff_ffff, Self.mostMessages)
        var done: UInt64 = 0
        do throws(Errno) {
            while done < count {
                let place = call.a1 &+ done * Self.recordLength
                let received = try receive(at: place, socket, flags)
                try userStore(UInt32(truncatingIfNeeded: received), to: place &+ MessageHeader.length)
                done += 1
                if waitsForOne { flags.insert(.dontWait) }
                if let deadline, deadline <= Clock.monotonic() { break }
            }
        } catch {
            if done == 0 { throw error }
        }
        return Int64(done)
    }
}
