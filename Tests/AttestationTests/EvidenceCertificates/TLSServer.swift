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
            if let probe = PlainServer.connection(to: address) {
                close(probe)
                return
            }
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
