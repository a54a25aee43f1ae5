import CLinux
import Glibc
import Linux

/// A client of the quoting service, one request after the other.
///
/// A connection is used as long as the service keeps it: Intel's closes after each answer, ours does not. No call waits longer for the
/// other side than the client's patience, 30 seconds when nothing else is said.
package struct AESMClient: ~Copyable {
    private let path: String?
    private let patienceSeconds: Int
    private var connection: FileDescriptor?
    private var keyID: [UInt8]?

    /// Connects to the socket when first asked.
    package init(path: String, patienceSeconds: Int = 30) {
        self.path = path
        self.patienceSeconds = patienceSeconds
        connection = nil
    }

    /// Takes over a connection; when that breaks there is another at `path`, or none.
    package init(connected: consuming FileDescriptor, orAt path: String? = nil) {
        self.path = path
        patienceSeconds = 30
        connection = consume connected
    }

    /// TARGETINFO of the service's quoting enclave, 512 bytes.
    package mutating func targetInfo() throws(AESMFailure) -> [UInt8] {
        let keyID = try selectedKeyID()
        guard
            case .initQuoteEx(_, let count, _) = try ask(.initQuoteEx(keyID: keyID, wantsPublicKeyID: false, bufferByteCount: nil)),
            count >= 1, count <= 4096
        else { throw .malformed("no size of the public key's name") }
        let request = AESMRequest.initQuoteEx(keyID: keyID, wantsPublicKeyID: true, bufferByteCount: count)
        guard case .initQuoteEx(let target, _, _) = try ask(request), target.count == 512 else {
            throw .malformed("no TARGETINFO of 512 bytes")
        }
        return target
    }

    /// The quote of a REPORT that was made for `targetInfo()`.
    package mutating func quote(report: [UInt8]) throws(AESMFailure) -> [UInt8] {
        let keyID = try selectedKeyID()
        guard case .quoteSize(let count) = try ask(.getQuoteSizeEx(keyID: keyID)), count <= 64 * 1024 else {
            throw .malformed("no size of a quote")
        }
        let request = AESMRequest.getQuoteEx(report: report, keyID: keyID, reportInfo: nil, bufferByteCount: count)
        guard case .quote(let quote, _) = try ask(request), quote.count <= count else { throw .malformed("no quote of that size") }
        return quote
    }

    /// The identity of the attestation key that the service would use.
    package mutating func selectedKeyID() throws(AESMFailure) -> [UInt8] {
        if let keyID { return keyID }
        guard case .selectedKeyID(let selected) = try ask(.selectKeyID(list: nil)), selected.count == AttestationKeyID.byteCount
        else {
            throw .malformed("no key identity of 256 bytes")
        }
        keyID = selected
        return selected
    }

    /// The answer to one request, which is no refusal.
    package mutating func ask(_ request: AESMRequest) throws(AESMFailure) -> AESMResponse {
        guard let response = AESMResponse(decoding: try exchange(request.encoded())) else {
            throw .malformed("its answer to \(request.operation) is none")
        }
        if case .refusal(_, let code) = response { throw .refused(request.operation, code) }
        guard response.operation == request.operation else {
            throw .malformed("it answered something else than \(request.operation)")
        }
        return response
    }

    /// Asks over the connection at hand; where the service has closed that one, over a new one.
    private mutating func exchange(_ body: [UInt8]) throws(AESMFailure) -> [UInt8] {
        if let held = connection.take() {
            do throws(AESMFailure) {
                let answer = try Self.exchange(body, held.raw, patienceSeconds)
                connection = consume held
                return answer
            } catch {
                guard path != nil, Self.isClosed(error) else { throw error }
            }
        }
        let fresh = try connect()
        let answer = try Self.exchange(body, fresh.raw, patienceSeconds)
        connection = consume fresh
        return answer
    }

    private static func isClosed(_ failure: AESMFailure) -> Bool {
        guard case .system(let error) = failure else { return false }
        return error.code == ECONNRESET || error.code == EPIPE
    }

    private func connect() throws(AESMFailure) -> FileDescriptor {
        guard let path else { throw .system(SystemCallError(ECONNRESET, "use the connection to it, which broke before")) }
        do throws(SystemCallError) {
            return FileDescriptor(owning: try SystemCallError.check(cl_connect_unix(path), "connect to \(path)"))
        } catch {
            throw .system(error)
        }
    }

    private static func exchange(_ body: [UInt8], _ socket: Int32, _ patienceSeconds: Int) throws(AESMFailure) -> [UInt8] {
        do throws(SystemCallError) {
            var limit = timeval(tv_sec: patienceSeconds, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
            }
            try send(FrameCollector.frame(body), socket)
            return try receive(socket)
        } catch {
            throw .system(error)
        }
    }

    private static func send(_ bytes: [UInt8], _ socket: Int32) throws(SystemCallError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
            }
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else { throw SystemCallError(errno == EAGAIN ? ETIMEDOUT : errno, "send the request") }
            rest = rest.dropFirst(sent)
        }
    }

    private static func receive(_ socket: Int32) throws(SystemCallError) -> [UInt8] {
        var frames = FrameCollector(limit: FrameCollector.longestResponse)
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemCallError(errno == EAGAIN ? ETIMEDOUT : errno, "read the answer") }
            guard count > 0 else { throw SystemCallError(ECONNRESET, "read the answer") }
            frames.append(buffer[..<count])
            do throws(FrameCollector.TooLong) {
                if let body = try frames.next() { return body }
            } catch {
                throw SystemCallError(EMSGSIZE, "take an answer of \(error.byteCount) bytes")
            }
        }
    }
}
