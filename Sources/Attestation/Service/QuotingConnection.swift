import Glibc

/// One client of the quoting service: what it sent so far, what it has still to receive, and how long it may take.
///
/// Nothing here waits: a client that stalls in the middle of a frame, in either direction, holds only this object until its time is up.
final class QuotingConnection {
    let descriptor: Int32
    private(set) var deadline: Int64
    private var received: [UInt8] = []
    private var outgoing: ArraySlice<UInt8> = []
    private var isEnding = false

    private static let patienceMilliseconds: Int64 = 10_000

    init(descriptor: Int32, now: Int64) {
        self.descriptor = descriptor
        deadline = now + Self.patienceMilliseconds
    }

    deinit { close(descriptor) }

    var wantedEvents: Int16 { Int16(outgoing.isEmpty ? POLLIN : POLLOUT) }

    /// Goes on as far as the socket lets it; false when the connection is over.
    func advance(now: Int64, answer: ([UInt8]) -> [UInt8]) -> Bool {
        if !outgoing.isEmpty { return send(now: now) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        guard count > 0 else { return false }
        received.append(contentsOf: buffer[..<count])
        return process(now: now, answer: answer)
    }

    private func process(now: Int64, answer: ([UInt8]) -> [UInt8]) -> Bool {
        guard received.count >= 4 else { return true }
        let size = Int(UInt32(littleEndian: received[..<4]))
        guard size <= QuotingRequest.maximumByteCount else {
            isEnding = true
            let text = "a frame of \(size) bytes is longer than \(QuotingRequest.maximumByteCount)"
            return reply(QuotingResponse.badRequest(text).body, now: now)
        }
        guard received.count >= 4 + size else { return true }
        let body = Array(received[4..<4 + size])
        received.removeFirst(4 + size)
        return reply(answer(body), now: now)
    }

    private func reply(_ body: [UInt8], now: Int64) -> Bool {
        outgoing = (UInt32(body.count).littleEndianBytes + body)[...]
        deadline = now + Self.patienceMilliseconds
        return send(now: now)
    }

    private func send(now: Int64) -> Bool {
        let count = outgoing.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        outgoing = outgoing.dropFirst(count)
        return !(outgoing.isEmpty && isEnding)
    }
}
