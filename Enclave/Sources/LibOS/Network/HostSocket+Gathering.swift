import EnclaveRuntime
import Wire

/// TCP_CORK and MSG_MORE: small sends stay inside until they go out as one.
///
/// What is held back counts as sent. An error of sending it later is told by the next call, as Linux does with what fails on its way.
extension HostSocket {
    private static let noDelay: Int32 = 1
    private static let cork: Int32 = 3
    private static let compatible: MessageFlags = [.more, .dontWait, .noSignal]

    private var isTCP: Bool { type == .stream && protocolNumber == InternetProtocol.tcp }

    // MARK: Options

    /// TCP_CORK, which the host never hears of, and TCP_NODELAY, which it hears of when it changes; whether it was one of them.
    func setGathering(_ level: Int32, _ number: Int32, _ value: Bytes) throws(Errno) -> Bool {
        guard level == InternetProtocol.tcp, isTCP, let word = value.word(at: 0) else { return false }
        switch number {
        case Self.cork:
            // What is gathered here is not to wait there as well: Nagle would hold the end of a long answer for a delayed acknowledgement.
            if word != 0 { try tellHost(withoutDelay: true) }
            wasCorked = wasCorked || word != 0
            isCorked = word != 0
            if !isCorked { flush() }
        case Self.noDelay:
            // It sends what is held, corked or not.
            if word != 0 { flush() }
            if word != 0 || !wasCorked { try tellHost(withoutDelay: word != 0) }
            sendsWithoutDelay = word != 0
        default: return false
        }
        return true
    }

    func gatheringOption(_ level: Int32, _ number: Int32) -> Bytes? {
        guard level == InternetProtocol.tcp, isTCP else { return nil }
        switch number {
        case Self.cork: return Bytes(word: isCorked ? 1 : 0)
        case Self.noDelay: return Bytes(word: sendsWithoutDelay ? 1 : 0)
        default: return nil
        }
    }

    private func tellHost(withoutDelay: Bool) throws(Errno) {
        guard hostSendsWithoutDelay != withoutDelay else { return }
        try setHostOption(InternetProtocol.tcp, Self.noDelay, Bytes(word: withoutDelay ? 1 : 0))
        hostSendsWithoutDelay = withoutDelay
    }

    // MARK: Holding back

    /// Whether the message stays inside with those before it; not where the connection may be none, so that the program learns of it.
    func gather(_ message: OutgoingMessage, _ flags: MessageFlags) throws(Errno) -> Bool {
        guard isCorked || flags.contains(.more), isTCP, isConnected, message.isPlain else { return false }
        guard message.data.count > 0, flags.isSubset(of: Self.compatible) else { return false }
        guard state.events.isDisjoint(with: [.error, .hangUp]) else { return false }
        let held = gathered ?? GatheredBytes()
        guard message.data.count <= held.room, !held.areHeldUp else { return false }
        try held.append(message.data)
        if gathered == nil {
            gathered = held
            GatheredSends.add(self)
        }
        return true
    }

    func holdsDue(_ now: UInt64) -> Bool {
        guard let bytes = gathered, !isFlushing else { return false }
        return bytes.areHeldUp ? !state.isNotWritable : bytes.due <= now
    }

    // MARK: Sending

    /// Sends what is held; what the host has no room for goes out when it has.
    ///
    /// `idle`: on the scheduler's own stack. Gives the kernel lock up meanwhile.
    func flush(idle: Bool = false) {
        guard let bytes = gathered, !isFlushing else { return }
        beginFlush()
        let seen = state.version
        let result = Host.plainCall(.sendSocket, UInt64(handle), UInt64(bytes.count), idle: idle) {
            bytes.copy(to: $0, at: NetworkFrame.payloadOffset)
        }
        do throws(Errno) {
            let sent = try HostNetwork.Answer(result, most: bytes.count).count
            if sent < bytes.count { state.filled(since: seen) }
            heldWent(sent)
        } catch {
            state.filled(since: seen)
            if error != .EAGAIN { heldFailed(error) }
        }
        gathered?.areHeldUp = true
        endFlush(idle: idle)
    }

    /// So many of the bytes that were held are at the host.
    func heldWent(_ count: Int) {
        guard let bytes = gathered else { return }
        bytes.drop(count)
        guard bytes.count == 0 else { return }
        gathered = nil
        GatheredSends.remove(self)
    }

    /// EPIPE will be said again by the next send, without being remembered.
    private func heldFailed(_ error: Errno) {
        heldWent(GatheredBytes.limit)
        if error != .EPIPE { deferredError = error }
        state.forget()
        changed()
    }

    /// What was sent later than the program thinks, and failed.
    func throwDeferredError() throws(Errno) {
        guard let error = deferredError else { return }
        deferredError = nil
        throw error
    }
}

extension OutgoingMessage {
    /// Bytes and nothing else.
    fileprivate var isPlain: Bool { address == nil && control.isEmpty }
}
