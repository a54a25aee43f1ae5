import AESM
import CLinux
import Glibc

/// One request on its way to the service behind this one, over a connection of its own, and its answer on the way back.
final class UpstreamExchange {
    enum Progress {
        case pending
        /// The answer's body as it came, which is one to this operation.
        case answered([UInt8])
        case failed(String)
    }

    struct Problem: Error {
        let code: AESMErrorCode
        let why: String
    }

    /// A quoting enclave that has first to fetch its certificates over the network takes seconds.
    static let patienceMilliseconds: Int64 = 30_000

    let operation: AESMOperation
    private let descriptor: Int32
    private var outgoing: ArraySlice<UInt8>
    private var frames = FrameCollector(limit: FrameCollector.longestResponse)

    private init(_ operation: AESMOperation, _ body: [UInt8], _ descriptor: Int32) {
        self.operation = operation
        self.descriptor = descriptor
        outgoing = FrameCollector.frame(body)[...]
    }

    deinit { close(descriptor) }

    static func begin(_ operation: AESMOperation, _ body: [UInt8], path: String) -> Result<UpstreamExchange, Problem> {
        let descriptor = cl_probe_unix(path)
        guard descriptor < 0 else { return .success(UpstreamExchange(operation, body, Int32(descriptor))) }
        let code = Int32(-descriptor)
        return .failure(
            Problem(code: code == EAGAIN ? .busy : .serviceUnavailable, why: "cannot connect to it: \(SystemError.text(code))"))
    }

    var poll: pollfd { pollfd(fd: descriptor, events: Int16(outgoing.isEmpty ? POLLIN : POLLOUT), revents: 0) }

    func advance() -> Progress {
        if !outgoing.isEmpty { return send() }
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0 { return Self.isPassing ? .pending : .failed("it cannot be read: \(SystemError.text(errno))") }
        guard count > 0 else { return .failed("the service behind closed the connection") }
        frames.append(buffer[..<count])
        do throws(FrameCollector.TooLong) {
            guard let body = try frames.next() else { return .pending }
            guard let response = AESMResponse(decoding: body), response.operation == nil || response.operation == operation else {
                return .failed("the service behind answered something else")
            }
            return .answered(body)
        } catch {
            return .failed("the service behind announced \(error.byteCount) bytes")
        }
    }

    private func send() -> Progress {
        let count = outgoing.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
        if count < 0 { return Self.isPassing ? .pending : .failed("it cannot be written to: \(SystemError.text(errno))") }
        outgoing = outgoing.dropFirst(count)
        return .pending
    }

    private static var isPassing: Bool { errno == EAGAIN || errno == EINTR }
}
