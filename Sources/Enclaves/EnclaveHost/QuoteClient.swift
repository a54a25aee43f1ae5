import AESM
import Glibc
import Linux
import Synchronization
import Wire

/// The enclave's way to the quoting service, which speaks AESM's protocol on a UNIX stream socket.
package final class QuoteClient: Sendable {
    package enum Endpoint: Sendable {
        case none
        /// Connected to when first needed.
        case path(String)
        /// A connected socket, taken over, and the socket's file opened with O_PATH (-1: none), by which a lost connection is made again
        /// where the path is out of reach.
        case descriptor(Int32, file: Int32)
    }

    // One request at a time: quotes are rare and the service has one key.
    private let client: Mutex<AESMClient?>
    private let log: LogWriter

    init(_ endpoint: Endpoint, log: LogWriter) {
        self.log = log
        client = Mutex(Self.client(endpoint))
    }

    private static func client(_ endpoint: Endpoint) -> AESMClient? {
        switch endpoint {
        case .none: nil
        case .path(let path): AESMClient(path: path)
        case .descriptor(let raw, let file):
            AESMClient(connected: FileDescriptor(owning: raw), orAt: file < 0 ? nil : "/proc/self/fd/\(file)")
        }
    }

    func targetInfo(_ call: CallView) -> Int64 {
        ask { (client) throws(AESMFailure) in call.answer(try client.targetInfo()) }
    }

    func quote(_ call: CallView) -> Int64 {
        let report = call.bytes(432)
        return ask { (client) throws(AESMFailure) in call.answer(try client.quote(report: report)) }
    }

    private func ask(_ body: (inout AESMClient) throws(AESMFailure) -> Int64) -> Int64 {
        client.withLock { held -> Int64 in
            guard var client = held.take() else {
                log.write(.error, "quoting service: cannot get a quote, no quoting service was named")
                return -Int64(ENODEV)
            }
            let result: Int64
            do throws(AESMFailure) {
                result = try body(&client)
            } catch {
                log.write(.error, "quoting service: \(error)")
                result = -Int64(Self.code(error))
            }
            held = consume client
            return result
        }
    }

    private static func code(_ failure: AESMFailure) -> Int32 {
        switch failure {
        case .system(let error): error.code
        case .refused: EIO
        case .malformed: EBADMSG
        }
    }
}
