import Attestation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL

/// Serves collateral on the paths of Intel's cache, so that unmodified clients can be pointed at it.
///
/// It gives out nothing that its store did not check, and asks further services only where the store has a client.
public struct CollateralServer: Sendable {
    /// Where it listens, and the PEM files of its TLS certificate and key; without them it speaks plain HTTP.
    public struct Configuration: Sendable {
        public var host: String
        /// 0 takes any free port.
        public var port: Int
        public var certificate: String?
        public var privateKey: String?

        public init(host: String = "127.0.0.1", port: Int = 8081, certificate: String? = nil, privateKey: String? = nil) {
            self.host = host
            self.port = port
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    private let store: CollateralStore
    private let configuration: Configuration

    public init(store: CollateralStore, configuration: Configuration) {
        self.store = store
        self.configuration = configuration
    }

    /// Answers until SIGTERM or SIGINT, or until its task is cancelled; `ready` gets the port when it listens.
    public func run(ready: @escaping @Sendable (Int) -> Void) async throws(CollateralServiceError) {
        let router = Router()
        router.get("**") { [self] request, _ in await respond(request) }
        router.post("**") { request, _ in Self.response(.noRegistration(at: request.uri.path)) }
        var logger = Logger(label: "inclavare.collateral")
        logger.logLevel = .warning
        let address = "\(configuration.host):\(configuration.port)"
        let server: HTTPServerBuilder
        do {
            server = try builder()
        } catch {
            throw .badEndpoint(address, why: "its TLS certificate or key cannot be read as PEM")
        }
        let application = Application(
            router: router, server: server,
            configuration: .init(address: .hostname(configuration.host, port: configuration.port), serverName: "inclavare"),
            onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) }, logger: logger)
        do {
            try await application.runService()
        } catch {
            throw .cache(operation: "listen on", path: address, why: String(describing: error))
        }
    }

    private func builder() throws -> HTTPServerBuilder {
        guard let certificate = configuration.certificate, let key = configuration.privateKey else { return .http1() }
        let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        return try .tls(tlsConfiguration: tls)
    }

    private func respond(_ request: Request) async -> Response {
        Self.response(await answer(path: request.uri.path, query: request.uri.query ?? ""))
    }

    private static func response(_ answer: ServedAnswer) -> Response {
        var headers = HTTPFields()
        for (name, value) in answer.headers + [("Request-ID", requestID())] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: .init(code: answer.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    func answer(path: String, query: String) async -> ServedAnswer {
        let route: CollateralRoute
        do { route = try CollateralRoute(path: path, query: query) } catch { return ServedAnswer(error) }
        do { return ServedAnswer(try await store.item(route.request), route) } catch { return ServedAnswer(error) }
    }

    private static func requestID() -> String { Hex.text((0..<16).map { _ in UInt8.random(in: .min ... .max) }) }
}
