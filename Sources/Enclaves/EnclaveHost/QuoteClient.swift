import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// The way to the quoting service, over a UNIX stream socket.
package final class QuoteClient: Sendable {
    package enum Endpoint: Sendable {
        case none
        /// Connected to when first needed.
        case path(String)
        /// A connected socket, taken over.
        case descriptor(Int32)
    }

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
                let answer = try QuotingExchange.ask(request, over: socket)
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
}
