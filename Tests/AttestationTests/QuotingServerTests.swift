import Attestation
import Foundation
import Glibc
import SGX
import Synchronization
import Testing

@Suite("Quoting service")
struct QuotingServerTests {
    /// A server on a thread of its own, ended by the signal that ends the real one.
    final class Running: @unchecked Sendable {
        let path: String
        private var thread = pthread_t()
        private let ready = DispatchSemaphore(value: 0)
        private let ended = DispatchSemaphore(value: 0)
        private(set) var failure: String?

        init(_ state: URL, mode: mode_t = 0o660) {
            path = state.appendingPathComponent("quoted.sock").path
            Thread.detachNewThread {
                self.thread = pthread_self()
                do {
                    let platform = try SoftwarePlatformFixture(state: state)
                    let service = QuotingService(enclave: platform.enclave)
                    let server = try QuotingServer(path: self.path, mode: mode)
                    self.ready.signal()
                    try server.run(answer: service.answer)
                } catch {
                    self.failure = "\(error)"
                    self.ready.signal()
                }
                self.ended.signal()
            }
            ready.wait()
        }

        func end() -> Bool {
            pthread_kill(thread, SIGTERM)
            return ended.wait(timeout: .now() + 5) == .success
        }
    }

    static func connect(_ path: String) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? descriptor : -1
    }

    static func send(_ descriptor: Int32, _ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    static func frame(_ body: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) } + body
    }

    static func receive(_ descriptor: Int32) -> QuotingResponse? {
        func exactly(_ count: Int) -> [UInt8]? {
            var bytes: [UInt8] = []
            while bytes.count < count {
                var buffer = [UInt8](repeating: 0, count: count - bytes.count)
                let got = recv(descriptor, &buffer, buffer.count, 0)
                guard got > 0 else { return nil }
                bytes += buffer[..<got]
            }
            return bytes
        }
        guard let head = exactly(4) else { return nil }
        let size = head.enumerated().reduce(0) { $0 | Int($1.element) << ($1.offset * 8) }
        return exactly(size).flatMap { QuotingResponse(body: $0) }
    }

    static func ask(_ path: String, _ request: QuotingRequest) -> QuotingResponse? {
        let descriptor = connect(path)
        defer { close(descriptor) }
        send(descriptor, frame(request.body))
        return receive(descriptor)
    }

    @Test("gives target info and quotes, refuses the rest with a reason, and ends on SIGTERM leaving no socket")
    func serves() throws {
        let platform = try SoftwarePlatformFixture()
        defer { platform.remove() }
        let running = Running(platform.state)
        #expect(running.failure == nil)
        #expect(Self.ask(running.path, .targetInfo) == .success(platform.enclave.targetInfo.bytes))
        let report = try platform.report().bytes
        guard case .success(let quote) = Self.ask(running.path, .quote(report: report)) else {
            Issue.record("no quote")
            return
        }
        #expect(try platform.judge(quote, platform.policy()).isAccepted)
        guard case .refused(let why) = Self.ask(running.path, .quote(report: report.dropLast() + [report[431] ^ 1])) else {
            Issue.record("a changed report was not refused")
            return
        }
        #expect(why.contains("MAC"))
        let raw = Self.connect(running.path)
        defer { close(raw) }
        // Two requests in one packet, the first unknown: both are answered, in order.
        Self.send(raw, Self.frame([9]) + Self.frame([1]))
        guard case .badRequest = Self.receive(raw) else {
            Issue.record("an unknown request was not refused")
            return
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: running.path)
        #expect(attributes[.posixPermissions] as? Int == 0o660)
        #expect(running.end())
        #expect(!FileManager.default.fileExists(atPath: running.path))
    }

    @Test("serves others while clients are stuck in the middle of a frame or send too long a one")
    func stuckClients() throws {
        let platform = try SoftwarePlatformFixture()
        defer { platform.remove() }
        let running = Running(platform.state)
        let stuck = (0..<32).map { _ in Self.connect(running.path) }
        defer { for descriptor in stuck { close(descriptor) } }
        for (index, descriptor) in stuck.enumerated() { Self.send(descriptor, Array(Self.frame([1]).prefix(index % 5))) }
        let long = Self.connect(running.path)
        defer { close(long) }
        Self.send(long, [0, 0, 0, 1])
        guard case .badRequest = Self.receive(long) else {
            Issue.record("a frame of 16 MiB was not refused")
            return
        }
        #expect(Self.ask(running.path, .targetInfo) == .success(platform.enclave.targetInfo.bytes))
        #expect(running.end())
    }

    @Test("replaces a stale socket but neither a served one nor a file")
    func sockets() throws {
        let platform = try SoftwarePlatformFixture()
        defer { platform.remove() }
        let path = platform.state.appendingPathComponent("quoted.sock").path
        let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(stale, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        close(stale)
        let first = Running(platform.state)
        #expect(first.failure == nil)
        #expect(Running(platform.state).failure?.contains("another quoting service") == true)
        #expect(Self.ask(path, .targetInfo) != nil)
        #expect(first.end())
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        #expect(Running(platform.state).failure?.contains("not a socket") == true)
        #expect(FileManager.default.fileExists(atPath: path))
    }
}
