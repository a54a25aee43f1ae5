import Attestation
import Crypto
import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import X509

/// A service's TLS certificate that is known by its SHA-256 alone.
///
/// It is looked at in a handshake that is broken off at that point, so that nobody is told anything, and in later connections it is the
/// only root that is believed: it, or what its key signed. That needs one that signed itself, as caches do.
enum PinnedCertificate {
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private static let patience = TimeAmount.seconds(10)

    static func fetch(from origin: String, fingerprint: [UInt8]) async throws -> NIOSSLCertificate {
        guard let place = URLComponents(string: origin), let host = place.host?.trimmingBrackets, !host.isEmpty else {
            throw Refusal(description: "its address names no host")
        }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let found = loop.makePromise(of: NIOSSLCertificate.self)
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(patience).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(try handler(host, fingerprint, found))
            }
        }
        do {
            let channel = try await bootstrap.connect(host: host, port: place.port ?? 443).get()
            channel.closeFuture.whenComplete { _ in
                found.fail(Refusal(description: "it ended the connection before it showed a certificate"))
            }
            loop.scheduleTask(in: patience) { found.fail(Refusal(description: "it does not answer in TLS")) }
            defer { channel.close(promise: nil) }
            return try await found.futureResult.get()
        } catch {
            found.fail(error)
            throw error
        }
    }

    private static func handler(
        _ host: String, _ fingerprint: [UInt8], _ found: EventLoopPromise<NIOSSLCertificate>
    ) throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration), serverHostname: isAddress ? nil : host,
            customVerificationCallback: { chain, verdict in
                found.completeWith(Result { try judge(chain.first, fingerprint) })
                // Nothing is to be said on this connection.
                verdict.succeed(.failed)
            })
    }

    private static func judge(_ certificate: NIOSSLCertificate?, _ fingerprint: [UInt8]) throws -> NIOSSLCertificate {
        guard let certificate else { throw Refusal(description: "it shows no certificate") }
        let der = try certificate.toDERBytes()
        let shown = Array(SHA256.hash(data: der))
        guard shown == fingerprint else {
            throw Refusal(description: "its TLS certificate has the SHA-256 \(Hex.text(shown)), which is not the one named")
        }
        let read = try Certificate(derEncoded: der)
        guard read.issuer == read.subject else {
            throw Refusal(description: "its TLS certificate did not sign itself, so its authority is to be named instead")
        }
        return certificate
    }
}

extension String {
    /// An IPv6 address stands in brackets in a URL.
    fileprivate var trimmingBrackets: String { hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self }
}
