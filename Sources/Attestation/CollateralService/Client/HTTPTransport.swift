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
    private static let patience = TimeAmount.seconds(20)

    private let client: HTTPClient
    /// What was found under the fingerprints of endpoints, by their origin.
    private let pinned = Mutex<[String: NIOSSLCertificate]>([:])

    init() {
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
            let response = try await client.execute(request, timeout: Self.patience)
            let body = try await response.body.collect(upTo: Self.maximumByteCount)
            var named: [String: String] = [:]
            for header in response.headers { named[header.name.lowercased()] = header.value }
            return HTTPAnswer(status: Int(response.status.code), headers: named, body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .unreachable(endpoint: endpoint.name, why: "the answer is longer than \(Self.maximumByteCount) bytes")
        } catch {
            throw .unreachable(endpoint: endpoint.name, why: Self.reason(error))
        }
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
        if let known = pinned.withLock({ $0[endpoint.origin] }) { return known }
        do {
            let certificate = try await PinnedCertificate.fetch(from: endpoint.origin, fingerprint: fingerprint)
            pinned.withLock { $0[endpoint.origin] = certificate }
            return certificate
        } catch {
            throw .unreachable(endpoint: endpoint.name, why: Self.reason(error))
        }
    }

    /// Errors of the network library in one line.
    private static func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first { return reason(first.error) }
        return String(describing: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
