import Foundation
import Glibc
import Testing

/// Listens on 127.0.0.1 and does one thing with everybody who comes, or leaves them waiting.
final class PlainServer: Sendable {
    let address: String
    private let socket: Int32

    /// Says `answer` and closes.
    convenience init(answer: String?) throws {
        try self.init { peer in
            guard let answer else { return }
            Self.send(Array(answer.utf8), to: peer)
            usleep(200_000)
            close(peer)
        }
    }

    init(_ serve: @escaping @Sendable (Int32) -> Void) throws {
        let listening = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        socket = listening
        var place = Self.place(port: 0)
        let bound = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listening, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try #require(bound == 0 && listen(listening, 8) == 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listening, $0, &length) }
        }
        try #require(named == 0)
        address = "127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        Thread.detachNewThread {
            while case let peer = accept(listening, nil, nil), peer >= 0 { serve(peer) }
        }
    }

    func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// A connection to such an address; nil when nobody listens.
    static func connection(to address: String) -> Int32? {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { return nil }
        let peer = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = place(port: port)
        let result = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(peer, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else {
            close(peer)
            return nil
        }
        return peer
    }

    static func send(_ bytes: [UInt8], to peer: Int32) {
        _ = bytes.withUnsafeBytes { Glibc.send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// What came; empty at the end.
    static func receive(from peer: Int32) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 32_768)
        let count = recv(peer, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : []
    }

    private static func place(port: UInt16) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return place
    }
}
