import NIOCore
import NIOPosix
import NIOSSL

/// Asks a running service for its certificate, by a TLS handshake that shows that the service has the certificate's key.
///
/// Nothing is sent but the handshake, and nobody's authority is asked: name, dates and chain are for those who trust a CA, where here
/// the evidence in the certificate is judged. The peer has until the deadline, and no more than TLS' own 100 KiB of certificates.
public enum EvidenceClient {
    /// The DER of the certificate whose key signed the handshake.
    ///
    /// `serverName` is asked for instead of the address' own name (SNI). Blocks its thread; not for event loops.
    public static func certificate(
        of service: ServiceAddress, serverName: String? = nil, timeoutSeconds seconds: Int
    ) throws(EvidenceClientError) -> [UInt8] {
        let name = serverName ?? service.serverName
        let context = try context(for: name, of: service)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let certificate = loop.makePromise(of: [UInt8].self)
        let deadline = loop.scheduleTask(in: .seconds(Int64(seconds))) { certificate.fail(TooLate()) }
        defer { deadline.cancel() }
        let channel = ClientBootstrap(group: loop).connectTimeout(.seconds(Int64(seconds)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: name)
                    try channel.pipeline.syncOperations.addHandlers(tls, HandshakeObserver(tls: tls, certificate: certificate))
                }
            }
            .connect(host: service.host, port: service.port)
        channel.whenFailure { certificate.fail(NotConnected(cause: $0)) }
        channel.whenSuccess { channel in certificate.futureResult.whenComplete { _ in channel.close(promise: nil) } }
        do { return try certificate.futureResult.wait() } catch { throw reason(error, service, seconds) }
    }

    private struct TooLate: Error {}

    private struct NotConnected: Error {
        let cause: any Error
    }

    /// Without verification of chains and names.
    ///
    /// The handshake's own signature is verified all the same: TLS has no mode without.
    private static var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // Each of them has the server sign, where RSA key exchange would not.
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES"
        configuration.verifySignatureAlgorithms = [
            .ecdsaSecp256R1Sha256, .ecdsaSecp384R1Sha384, .ecdsaSecp521R1Sha512, .ed25519, .rsaPssRsaeSha256, .rsaPssRsaeSha384,
            .rsaPssRsaeSha512, .rsaPkcs1Sha256, .rsaPkcs1Sha384, .rsaPkcs1Sha512,
        ]
        configuration.certificateVerification = .none
        configuration.trustRoots = .certificates([])
        return configuration
    }

    /// What every handler is made with; a name that none may ask for is an error before anybody is connected to.
    private static func context(for name: String?, of service: ServiceAddress) throws(EvidenceClientError) -> NIOSSLContext {
        let context: NIOSSLContext
        do { context = try NIOSSLContext(configuration: configuration) } catch {
            throw .noHandshake(service, why: HandshakeFailure.reason(error))
        }
        do { _ = try NIOSSLClientHandler(context: context, serverHostname: name) } catch { throw .badServerName(name ?? "") }
        return context
    }

    private static func reason(_ error: any Error, _ service: ServiceAddress, _ seconds: Int) -> EvidenceClientError {
        switch error {
        case is TooLate: .tooLate(service, seconds: seconds)
        case let error as NotConnected: .unreachable(service, why: ConnectionFailure.reason(error.cause))
        default: .noHandshake(service, why: HandshakeFailure.reason(error))
        }
    }
}
