import Foundation
import Glibc

/// A host in the middle that puts other bytes of the same length for what a server says, once.
struct SwappingRelay {
    private let server: PlainServer

    var address: String { server.address }

    init(to upstream: String, swapping old: [UInt8], for new: [UInt8]) throws {
        server = try PlainServer { client in
            guard let service = PlainServer.connection(to: upstream) else { return }
            Thread.detachNewThread { Self.pass(from: client, to: service) }
            var flight: [UInt8] = []
            while case let found = PlainServer.receive(from: service), !found.isEmpty {
                flight += found
                guard let place = flight.firstRange(of: old) else { continue }
                flight.replaceSubrange(place, with: new)
                PlainServer.send(flight, to: client)
                break
            }
            Self.pass(from: service, to: client)
        }
    }

    func stop() { server.stop() }

    private static func pass(from source: Int32, to target: Int32) {
        while case let bytes = PlainServer.receive(from: source), !bytes.isEmpty { PlainServer.send(bytes, to: target) }
        shutdown(target, Int32(SHUT_WR))
    }
}
