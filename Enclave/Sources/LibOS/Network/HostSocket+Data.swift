import EnclaveRuntime
import Wire

extension MessageFlags {
    /// MSG_CONFIRM.
    fileprivate static let confirm = MessageFlags(rawValue: 0x800)
}

extension HostSocket {
    private static let hostSends: MessageFlags = [.outOfBand, .dontRoute, .endOfRecord, .more, .confirm]
    private static let sends: MessageFlags = hostSends.union([.dontWait, .noSignal])
    private static let hostReceives: MessageFlags = [.outOfBand, .peek, .truncated, .errorQueue]
    private static let receives: MessageFlags = hostReceives.union([.dontWait, .waitAll, .noSignal, .closeOnExec])

    // MARK: Sending

    func sendToHost(_ message: OutgoingMessage, flags: MessageFlags) throws(Errno) -> Int {
        guard flags.isSubset(of: Self.sends) else { throw .EOPNOTSUPP }
        if type != .stream { return try sendPacket(message, flags) }
        try waitForFlush()
        try throwDeferredError()
        if shutsDownLater { throw .EPIPE }
        if try gather(message, flags) { return message.data.count }
        let wait = sendWait(flags)
        var done = 0
        do throws(Errno) {
            repeat { done += try sendPiece(message, from: done, flags, wait) } while done < message.data.count
        } catch {
            // What is on its way counts; the next call tells of the error.
            if done == 0 { throw error }
        }
        return done
    }

    private func sendPacket(_ message: OutgoingMessage, _ flags: MessageFlags) throws(Errno) -> Int {
        guard message.data.count <= NetworkFrame.payloadLength else { throw .EMSGSIZE }
        return try sendPiece(message, from: 0, flags, sendWait(flags))
    }

    /// As much from `start` on as one host call takes, behind what is held; waits for room when there is none.
    private func sendPiece(
        _ message: OutgoingMessage, from start: Int, _ flags: MessageFlags, _ wait: SocketWait
    ) throws(Errno) -> Int {
        while true {
            try waitForFlush()
            let held = gathered?.count ?? 0
            let count = min(message.data.count - start, NetworkFrame.payloadLength - held)
            let seen = state.version
            do throws(Errno) {
                let sent = try sendOnce(message, start, count, flags)
                if sent < held + count { state.filled(since: seen) }
                if sent > held || count == 0 { return max(sent - held, 0) }
            } catch {
                guard error == .EAGAIN else { throw error }
                state.filled(since: seen)
            }
            gathered?.areHeldUp = true
            if state.isNotWritable || wait.isImmediate { try wait.pause(on: queue) }
            if currentThread.isInterrupted { throw .EINTR }
        }
    }

    /// One host call; what is held goes before, and is lost with an error as it would be on its way.
    private func sendOnce(_ message: OutgoingMessage, _ start: Int, _ count: Int, _ flags: MessageFlags) throws(Errno) -> Int {
        guard let held = gathered else {
            let sent = try atHost { () throws(Errno) in try sendAtHost(message, start, count, flags, behind: nil) }
            if sent > 0 { isConnected = true }
            return sent
        }
        guard !isClosed else { throw .EBADF }
        beginFlush()
        defer { endFlush() }
        do throws(Errno) {
            let sent = try sendAtHost(message, start, count, flags, behind: held)
            heldWent(sent)
            return sent
        } catch {
            if error != .EAGAIN, error != .EFAULT { heldWent(GatheredBytes.limit) }
            throw error
        }
    }

    /// `bytes` go before; those another thread gathers meanwhile are none of them.
    private func sendAtHost(
        _ message: OutgoingMessage, _ start: Int, _ count: Int, _ flags: MessageFlags, behind bytes: GatheredBytes?
    ) throws(Errno) -> Int {
        let control = ControlData.encode(message.control)
        let held = bytes?.count ?? 0
        let passed = type == .stream ? flags.intersection(Self.hostSends).subtracting(.more) : flags.intersection(Self.hostSends)
        let lengths = UInt64(message.address?.bytes.count ?? 0) | UInt64(control.count) << 32
        let result = try Host.unlockedCall(filling: { (area) throws(Errno) in
            if let bytes {
                try bytes.copy(to: area, at: NetworkFrame.payloadOffset, before: message.data, count, from: start)
            } else {
                try message.data.copy(to: area, at: NetworkFrame.payloadOffset, count, from: start)
            }
            area.write(control, at: NetworkFrame.controlOffset)
            if let address = message.address { area.write(address.bytes, at: NetworkFrame.addressOffset) }
        }) {
            $0.call(.sendSocket, UInt64(handle), UInt64(held + count), UInt64(passed.rawValue), lengths)
        }
        return try HostNetwork.Answer(result, most: held + count).count
    }

    // MARK: Receiving

    func receiveFromHost(_ data: MessageData, flags: MessageFlags) throws(Errno) -> ReceivedMessage {
        guard flags.isSubset(of: Self.receives) else { throw .EOPNOTSUPP }
        let wait = receiveWait(flags)
        var received = try receivePiece(data, from: 0, flags, wait)
        if received.count == 0, type == .stream { try throwDeferredError() }
        guard type == .stream, received.count > 0, flags.intersection([.peek, .outOfBand]).isEmpty else { return received }
        while received.count < data.count, flags.contains(.waitAll) || isMoreExpected(received.count) {
            let mayWait = flags.contains(.waitAll) ? wait : SocketWait(nonBlocking: true, timeout: 0)
            do throws(Errno) {
                let next = try receivePiece(data, from: received.count, flags, mayWait)
                guard next.count > 0 else { break }
                received.count += next.count
            } catch { break }
        }
        return received
    }

    /// A full call area: the program asked for more than one call brings.
    private func isMoreExpected(_ count: Int) -> Bool { count % NetworkFrame.payloadLength == 0 && !state.isNotReadable }

    private func receivePiece(
        _ data: MessageData, from start: Int, _ flags: MessageFlags, _ wait: SocketWait
    ) throws(Errno) -> ReceivedMessage {
        while true {
            let seen = state.version
            do throws(Errno) {
                return try atHost { () throws(Errno) in try receiveAtHost(data, start, flags, seen) }
            } catch {
                guard error == .EAGAIN else {
                    state.readOn()
                    throw error
                }
                if flags.contains(.errorQueue) { throw error }
                state.foundNothing(since: seen)
            }
            // Nobody waits for packets where none will be taken: an empty one is the end.
            if readsAreShut, type != .stream, !wait.isImmediate { return ReceivedMessage() }
            try awaitReading(wait)
        }
    }

    private func receiveAtHost(_ data: MessageData, _ start: Int, _ flags: MessageFlags, _ seen: UInt64) throws(Errno)
        -> ReceivedMessage
    {
        let count = min(data.count - start, NetworkFrame.payloadLength)
        let passed = UInt64(flags.intersection(Self.hostReceives).rawValue)
        let result = Host.unlockedCall { $0.call(.receiveSocket, UInt64(handle), UInt64(count), passed) }
        // With MSG_TRUNC the length of the packet; a stream drops so many bytes and brings none.
        let mayExceed = flags.contains(.truncated) && type != .stream
        let answer = try HostNetwork.Answer(result, most: mayExceed ? Int(UInt16.max) : count)
        learn(answer, asked: count, flags, seen)
        ownerKnowsOfUrgentData = false
        var received = ReceivedMessage()
        received.count = answer.count
        let area = HostCallArea()
        if type != .stream || flags.contains(.errorQueue) { describe(&received, area) }
        guard !(flags.contains(.truncated) && type == .stream) else { return received }
        try data.copy(from: area, at: NetworkFrame.payloadOffset, min(answer.count, count), to: start)
        return received
    }

    private func learn(_ answer: HostNetwork.Answer, asked: Int, _ flags: MessageFlags, _ seen: UInt64) {
        if let events = answer.events {
            state.look(events, since: seen)
        } else if answer.count < asked, type == .stream, flags.intersection([.peek, .outOfBand, .errorQueue]).isEmpty {
            state.readShort(since: seen)
        } else {
            state.readOn()
        }
    }

    /// Address, control messages and flags that came with a packet.
    private func describe(_ received: inout ReceivedMessage, _ area: HostCallArea) {
        let head = area.read(count: NetworkFrame.headLength)
        func word(_ at: Int) -> Int { Int(UInt32(bitPattern: head.word(at: at) ?? 0)) }
        received.address = HostNetwork.address(area, length: word(0), family: family)
        let told: MessageFlags = [.outOfBand, .truncated, .controlTruncated, .errorQueue]
        received.flags = MessageFlags(rawValue: UInt32(word(4))).intersection(told)
        let length = min(word(8), NetworkFrame.controlLength)
        if length > 0 { received.control = ControlData.decode(area.read(count: length, at: NetworkFrame.controlOffset)) }
    }

    // MARK: Numbers

    /// SIOCOUTQ.
    private static let unsent: UInt64 = 0x5411

    /// FIONREAD, SIOCOUTQ, SIOCATMARK.
    func tellCount(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        if isListening { throw .EINVAL }
        let answer = try atHost { () throws(Errno) in
            try HostNetwork.call(.socketCount, handle, request, most: Int(Int32.max))
        }
        let held = request == Self.unsent ? gathered?.count ?? 0 : 0
        try userStore(Int32(clamping: answer.count + held), to: argument)
        return 0
    }
}
