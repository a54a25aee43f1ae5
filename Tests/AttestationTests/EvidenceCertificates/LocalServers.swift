import Foundation
import Glibc
import Testing

/// `openssl s_server` on a port of 127.0.0.1 that was free.
final class TLSServer {
    let address: String
    private let process = Process()

    init(_ arguments: [String]) throws {
        let openssl = "/usr/bin/openssl"
        try #require(FileManager.default.isExecutableFile(atPath: openssl), "\(openssl) is missing: apt-get install openssl")
        let free = try PlainServer(answer: nil)
        address = free.address
        free.stop()
        process.executableURL = URL(fileURLWithPath: openssl)
        process.arguments = ["s_server", "-accept", address, "-quiet"] + arguments
        process.standardInput = FileHandle.nullDevice
        let said = Pipe()
        process.standardError = said
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<200 {
            if PlainServer.isListening(address) { return }
            try #require(
                process.isRunning, "openssl s_server: \(String(decoding: said.fileHandleForReading.availableData, as: UTF8.self))")
            usleep(25_000)
        }
        Issue.record("openssl s_server does not listen on \(address)")
    }

    func stop() {
        // Not SIGTERM, which a test run may have blocked in what it starts.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// Listens on 127.0.0.1 and says one thing, or nothing, to everybody who comes.
final class PlainServer: Sendable {
    let address: String
    private let socket: Int32

    init(answer: String?) throws {
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
        guard let answer else { return }
        Thread.detachNewThread {
            while case let peer = accept(listening, nil, nil), peer >= 0 {
                _ = Array(answer.utf8).withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                usleep(200_000)
                close(peer)
            }
        }
    }

    func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    static func isListening(_ address: String) -> Bool {
        guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { return false }
        let probe = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var place = place(port: port)
        return withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        } == 0
    }

    private static func place(port: UInt16) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return place
    }
}
