import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks with GET and bounds what comes back, in size and in time; redirects are not followed.
///
/// It holds connections until it is closed.
final class HTTPTransport: Sendable {
    /// TCB Infos are 30 KB, revocation lists of servers a megabyte at most.
    static let maximumByteCount = 4 << 20
    private static let patience = TimeAmount.seconds(20)

    private let client: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(10))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func get(_ url: String, headers: [(String, String)], endpoint: CollateralEndpoint) async throws(CollateralServiceError)
        -> HTTPAnswer
    {
        var request = HTTPClientRequest(url: url)
        request.headers = HTTPHeaders(headers + [("User-Agent", "inclavare"), ("Accept", "*/*")])
        request.tlsConfiguration = try Self.tls(endpoint)
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

    func close() async { try? await client.shutdown() }

    private static func tls(_ endpoint: CollateralEndpoint) throws(CollateralServiceError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard case .certificates(let path) = endpoint.trust else { return configuration }
        do {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
        } catch {
            throw .badEndpoint(endpoint.name, why: "its TLS certificate \(path) cannot be read as PEM")
        }
        configuration.certificateVerification = .noHostnameVerification
        return configuration
    }

    /// Errors of the network library in one line.
    private static func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        return String(describing: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
