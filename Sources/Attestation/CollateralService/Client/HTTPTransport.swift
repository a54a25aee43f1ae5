import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Asks and bounds what comes back, in size and in time; redirects are not followed.
///
/// It holds connections until it is closed.
final class HTTPTransport: Sendable {
    /// TCB Infos are 30 KB, revocation lists of servers a megabyte at most.
    static let maximumByteCount = 4 << 20

    private let client: HTTPClient
    private let patience: Duration
    /// What was found under the fingerprints of endpoints.
    private let pinned = Mutex<[Pin: NIOSSLCertificate]>([:])

    private struct Pin: Hashable {
        let origin: String
        let fingerprint: [UInt8]
    }

    init(patience: Duration) {
        self.patience = patience
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(10))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func ask(
        _ question: HTTPQuestion, headers: [(String, String)], endpoint: CollateralEndpoint
    ) async throws(CollateralServiceError) -> HTTPAnswer {
        var request = Self.request(question)
        request.headers.add(contentsOf: headers + [("User-Agent", "inclavare"), ("Accept", "*/*")])
        request.tlsConfiguration = try await tls(endpoint)
        do {
            let question = request
            return try await Self.within(patience) { try await self.answer(to: question) }
        } catch is NIOTooManyBytesError {
            throw .unreachable(endpoint: endpoint.name, why: "the answer is longer than \(Self.maximumByteCount) bytes")
        } catch {
            throw .unreachable(endpoint: endpoint.name, why: Self.reason(error))
        }
    }

    private func answer(to request: HTTPClientRequest) async throws -> HTTPAnswer {
        let response = try await client.execute(request, timeout: TimeAmount(patience))
        let body = try await response.body.collect(upTo: Self.maximumByteCount)
        var named: [String: String] = [:]
        for header in response.headers { named[header.name.lowercased()] = header.value }
        return HTTPAnswer(status: Int(response.status.code), headers: named, body: Array(body.readableBytesView))
    }

    /// The client's own limit ends with the answer's head: without this a byte now and then would keep the asker for ever.
    private static func within(
        _ time: Duration, _ work: @escaping @Sendable () async throws -> HTTPAnswer
    ) async throws -> HTTPAnswer {
        try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: time)
                throw TooSlow(time: time)
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private struct TooSlow: Error {
        let time: Duration
    }

    private static func request(_ question: HTTPQuestion) -> HTTPClientRequest {
        switch question {
        case .get(let url): return HTTPClientRequest(url: url)
        case .post(let url, let json):
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers = ["Content-Type": "application/json"]
            request.body = .bytes(Array(json.utf8))
            return request
        }
    }

    func close() async { try? await client.shutdown() }

    private func tls(_ endpoint: CollateralEndpoint) async throws(CollateralServiceError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch endpoint.trust {
        case .system: return configuration
        case .certificates(let path):
            do { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path)) } catch {
                throw .badEndpoint(endpoint.name, why: "its TLS certificate \(path) cannot be read as PEM")
            }
        case .fingerprint(let fingerprint): configuration.trustRoots = .certificates([try await pinned(endpoint, fingerprint)])
        }
        configuration.certificateVerification = .noHostnameVerification
        return configuration
    }

    private func pinned(
        _ endpoint: CollateralEndpoint, _ fingerprint: [UInt8]
    ) async throws(CollateralServiceError) -> NIOSSLCertificate {
        let pin = Pin(origin: endpoint.origin, fingerprint: fingerprint)
        if let known = pinned.withLock({ $0[pin] }) { return known }
        do {
            let certificate = try await PinnedCertificate.fetch(from: endpoint.origin, fingerprint: fingerprint)
            pinned.withLock { $0[pin] = certificate }
            return certificate
        } catch {
            throw .unreachable(endpoint: endpoint.name, why: Self.reason(error))
        }
    }

    /// Errors of the network library in one line.
    private static func reason(_ error: any Error) -> String {
        if let slow = error as? TooSlow { return "the answer is not complete after \(slow.time.components.seconds) s" }
        if let error = error as? HTTPClientError { return error.shortDescription }
        if error is NIOSSLError { return "its TLS certificate is not believed, or it does not speak TLS" }
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first { return reason(first.error) }
        return String(describing: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
