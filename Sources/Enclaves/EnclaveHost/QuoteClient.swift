import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// The way to the quoting service, over a UNIX stream socket.
///
/// Frame, both ways: u32 length little-endian, so many bytes. Request: u8 operation (1 target info, 2 quote), then for 2 the REPORT of
/// 432 bytes. Answer: u8 status, 0 and the bytes (TARGETINFO of 512, or the quote), or another value and an English sentence.
package final class QuoteClient: Sendable {
    package enum Endpoint: Sendable {
        case none
        /// Connected to when first needed.
        case path(String)
        /// A connected socket, taken over.
        case descriptor(Int32)
    }

    private static let longestAnswer = 65536

    private let endpoint: Endpoint
    private let connection = Mutex<Int32?>(nil)
    private let log: LogWriter

    init(_ endpoint: Endpoint, log: LogWriter) {
        self.endpoint = endpoint
        self.log = log
        if case .descriptor(let raw) = endpoint { connection.withLock { $0 = raw } }
    }

    deinit {
        connection.withLock { held in
            if let held { close(held) }
        }
    }

    func targetInfo(_ call: CallView) -> Int64 { ask([1], call, exactly: 512) }

    func quote(_ call: CallView) -> Int64 { ask([2] + call.bytes(432), call, exactly: nil) }

    private func ask(_ request: [UInt8], _ call: CallView, exactly: Int?) -> Int64 {
        // One request at a time: quotes are rare and the service has one key.
        connection.withLock { held -> Int64 in
            let socket: Int32
            do throws(SystemCallError) {
                if let open = held { socket = open } else { socket = try connect() }
                held = socket
                let answer = try exchange(request, socket)
                guard answer[0] == 0 else {
                    log.write(.error, "quoting service: \(String(decoding: answer.dropFirst(), as: UTF8.self))")
                    return -Int64(EIO)
                }
                guard exactly == nil || answer.count == 1 + (exactly ?? 0) else {
                    throw SystemCallError(EBADMSG, "read the answer")
                }
                return call.answer(Array(answer.dropFirst()))
            } catch {
                log.write(.error, "quoting service: \(error)")
                if let held { close(held) }
                held = nil
                return -Int64(error.code)
            }
        }
    }

    private func connect() throws(SystemCallError) -> Int32 {
        switch endpoint {
        case .path(let path): try SystemCallError.check(cl_connect_unix(path), "connect to the quoting service at \(path)")
        case .none: throw SystemCallError(ENODEV, "get a quote, no quoting service was named")
        case .descriptor: throw SystemCallError(ECONNRESET, "use the quoting service's connection, which broke before")
        }
    }

    private func exchange(_ request: [UInt8], _ socket: Int32) throws(SystemCallError) -> [UInt8] {
        let length = UInt32(request.count)
        let frame = (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32($0 * 8)) } + request
        var sent = 0
        while sent < frame.count {
            let result = frame.withUnsafeBytes { bytes in
                send(socket, bytes.baseAddress.map { $0 + sent }, frame.count - sent, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
            }
            if result < 0, errno == EINTR { continue }
            try SystemCallError.checkErrno(Int32(result), "send the request")
            sent += result
        }
        let head = try receive(4, socket)
        let count = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count >= 1, count <= Self.longestAnswer else { throw SystemCallError(EBADMSG, "read the answer") }
        return try receive(count, socket)
    }

    private func receive(_ count: Int, _ socket: Int32) throws(SystemCallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let result = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + done }, count - done, 0) }
            if result < 0, errno == EINTR { continue }
            try SystemCallError.checkErrno(Int32(result), "read the answer")
            guard result > 0 else { throw SystemCallError(ECONNRESET, "read the answer") }
            done += result
        }
        return bytes
    }
}
