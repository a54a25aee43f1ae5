import AESM
import Glibc

/// One client of the quoting service: what it sent so far, what it has still to receive, and how long it may take.
///
/// Nothing here waits: a client that stalls in the middle of a frame, in either direction, holds only this object until its time is up.
/// Between frames it may stay as long as there is room.
final class QuotingConnection {
    let user: uid_t
    private let descriptor: Int32
    /// Nil while nothing is under way.
    private(set) var deadline: Int64?
    /// When it last did something, for who has to go where there is no room.
    private(set) var lastActive: Int64
    private var frames = FrameCollector(limit: FrameCollector.longestRequest)
    private var outgoing: ArraySlice<UInt8> = []
    private var forwarded: UpstreamExchange?
    private var isEnding = false

    private static let patienceMilliseconds: Int64 = 10_000

    init(descriptor: Int32, user: uid_t, now: Int64) {
        self.descriptor = descriptor
        self.user = user
        lastActive = now
    }

    deinit { close(descriptor) }

    /// What it waits for, on its own socket or on that of the service behind.
    var poll: pollfd {
        if let forwarded { return forwarded.poll }
        return pollfd(fd: descriptor, events: Int16(outgoing.isEmpty ? POLLIN : POLLOUT), revents: 0)
    }

    /// Goes on as far as sockets let it; false when the connection is over.
    func advance(now: Int64, _ desk: QuotingDesk) -> Bool {
        lastActive = now
        if forwarded != nil { return goOnForwarding(now, desk) }
        if !outgoing.isEmpty { return send() && process(now, desk) }
        var buffer = [UInt8](repeating: 0, count: 8_192)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        guard count > 0 else { return false }
        frames.append(buffer[..<count])
        return process(now, desk)
    }

    /// Its time is up: true where there is still an answer to give to the client, which waits for the service behind.
    func expire(now: Int64, _ desk: QuotingDesk) -> Bool {
        guard let waiting = forwarded else { return false }
        forwarded = nil
        desk.log("user \(user): \(waiting.operation): the service behind did not answer in time")
        return reply(.refusal(waiting.operation, .busy), now)
    }

    /// Answers frames until one is not whole or an answer does not fit into the socket.
    private func process(_ now: Int64, _ desk: QuotingDesk) -> Bool {
        while outgoing.isEmpty, forwarded == nil {
            guard !isEnding else { return false }
            do throws(FrameCollector.TooLong) {
                guard let body = try frames.next() else { break }
                deadline = nil
                guard take(desk.answer(body, of: user), body, now, desk) else { return false }
            } catch {
                isEnding = true
                desk.log("user \(user): a frame of \(error.byteCount) bytes")
                guard reply(.refusal(nil, .unexpected), now) else { return false }
            }
        }
        if outgoing.isEmpty, forwarded == nil {
            deadline = frames.isEmpty ? nil : deadline ?? now + Self.patienceMilliseconds
        }
        return true
    }

    private func take(_ answer: QuotingDesk.Answer, _ body: [UInt8], _ now: Int64, _ desk: QuotingDesk) -> Bool {
        switch answer {
        case .reply(let response): return reply(response, now)
        case .forward(let operation, let path):
            switch UpstreamExchange.begin(operation, body, path: path) {
            case .success(let exchange):
                forwarded = exchange
                deadline = now + UpstreamExchange.patienceMilliseconds
                return true
            case .failure(let problem):
                desk.log("\(path): \(problem.why)")
                return reply(.refusal(operation, problem.code), now)
            }
        }
    }

    private func goOnForwarding(_ now: Int64, _ desk: QuotingDesk) -> Bool {
        guard let waiting = forwarded else { return true }
        switch waiting.advance() {
        case .pending: return true
        case .answered(let body):
            forwarded = nil
            return queue(body, now) && process(now, desk)
        case .failed(let why):
            forwarded = nil
            desk.log("user \(user): \(waiting.operation): \(why)")
            return reply(.refusal(waiting.operation, .serviceUnavailable), now) && process(now, desk)
        }
    }

    private func reply(_ response: AESMResponse, _ now: Int64) -> Bool { queue(response.encoded(), now) }

    private func queue(_ body: [UInt8], _ now: Int64) -> Bool {
        outgoing = FrameCollector.frame(body)[...]
        deadline = now + Self.patienceMilliseconds
        return send()
    }

    private func send() -> Bool {
        let count = outgoing.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        outgoing = outgoing.dropFirst(count)
        if outgoing.isEmpty { deadline = nil }
        return !(outgoing.isEmpty && isEnding)
    }
}
