import NIOCore
import NIOSSL
import NIOTLS

/// Waits for the end of a handshake and takes the certificate of the very session that was established; what the peer sends is not read.
final class HandshakeObserver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// The peer went away in the middle.
    struct Closed: Error {}

    private let tls: NIOSSLClientHandler
    private let certificate: EventLoopPromise<[UInt8]>

    init(tls: NIOSSLClientHandler, certificate: EventLoopPromise<[UInt8]>) {
        self.tls = tls
        self.certificate = certificate
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            certificate.completeWith(Result { try tls.peerCertificate.map { try $0.toDERBytes() } ?? { throw Closed() }() })
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) { certificate.fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        certificate.fail(Closed())
        context.fireChannelInactive()
    }
}
