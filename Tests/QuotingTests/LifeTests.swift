import AESM
import Attestation
import Foundation
import Glibc
import Linux
import Testing

/// Starting, ending and standing before another service.
@Suite("Quoting service's life")
struct LifeTests {
    @Test("after kill -9 serves again on the same socket with the same attestation key; SIGTERM leaves no socket")
    func restart() throws {
        let service = try QuotingProcess()
        var client = AESMClient(path: service.path)
        let before = try Quote(parsing: ServerTests.quote(service, &client)).signatureData.attestationKey
        service.signal(SIGKILL)
        #expect(FileManager.default.fileExists(atPath: service.path), "kill -9 leaves a stale socket")
        try service.start()
        // The client's connection went with the old service; it makes a new one.
        let after = try Quote(parsing: ServerTests.quote(service, &client)).signatureData.attestationKey
        #expect(before == after)
        service.signal(SIGTERM)
        #expect(service.process.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: service.path))
    }

    @Test("replaces neither a socket that another service answers, with or without our lock, nor a file")
    func sockets() throws {
        let service = try QuotingProcess()
        #expect(try service.refusal(["--socket", service.path]).contains("another quoting service serves"))
        let foreign = try ForeignService(service.folder.appendingPathComponent("foreign.socket").path) { _ in [] }
        #expect(try service.refusal(["--socket", foreign.path]).contains("another quoting service serves"))
        let file = service.folder.appendingPathComponent("file")
        try Data("x".utf8).write(to: file)
        #expect(try service.refusal(["--socket", file.path]).contains("is not a socket"))
        #expect(try Data(contentsOf: file) == Data("x".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: service.path)
        #expect(attributes[.posixPermissions] as? Int == 0o666)
    }

    @Test("stands before a service that closes after each answer, as Intel's does")
    func upstream() throws {
        let behind = try QuotingProcess()
        let path = behind.path
        let seen = try ForeignService(behind.folder.appendingPathComponent("intel.socket").path) { body in
            let inner = PlainSocket(path)
            inner?.send(frame: body)
            return inner?.receive().map(PlainSocket.frame) ?? []
        }
        let front = try QuotingProcess(["--upstream", seen.path])
        var client = AESMClient(path: front.path)
        let report = try behind.report(for: client.targetInfo())
        #expect(try behind.verify(client.quote(report: report)).isSimulated)
        // What is refused whatever it says does not reach it.
        let count = seen.count
        do {
            _ = try client.ask(.other(.whiteListSize, dataType: nil))
            Issue.record("not refused")
        } catch {
            #expect(error == .refused(.whiteListSize, .serviceUnavailable))
        }
        #expect(seen.count == count)
        #expect(try front.refusal(["--socket", front.path + "x", "--upstream", front.path + "x"]).contains("would ask itself"))
    }

    @Test("a client that has no path any more asks again through the socket's file when the service has closed")
    func clientWithoutPath() throws {
        let service = try QuotingProcess()
        let seen = try ForeignService(service.folder.appendingPathComponent("closing.socket").path) { _ in
            PlainSocket.frame(AESMResponse.supportedKeyIDCount(1).encoded())
        }
        let file = open(seen.path, O_PATH | O_CLOEXEC)
        defer { close(file) }
        let connected = try #require(PlainSocket(seen.path))
        var client = AESMClient(connected: FileDescriptor(owning: dup(connected.descriptor)), orAt: "/proc/self/fd/\(file)")
        for _ in 0..<3 { #expect(try client.ask(.supportedKeyIDCount) == .supportedKeyIDCount(1)) }
        #expect(seen.count == 3)
    }

    @Test("answers error 30 where the service behind is gone, closes, or sends what is no answer to the question")
    func badUpstream() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bad-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let answers: [[UInt8]] = [
            [], [1, 0, 0], [0xff, 0xff, 0xff, 0x7f], PlainSocket.frame([0xff]),
            PlainSocket.frame(AESMResponse.supportedKeyIDCount(1).encoded()),
        ]
        for (index, answer) in answers.enumerated() {
            let foreign = try ForeignService(folder.appendingPathComponent("\(index).socket").path) { _ in answer }
            #expect(try refusal(behind: foreign.path) == .refused(.selectKeyID, .serviceUnavailable))
        }
        let leaving = try ForeignService(folder.appendingPathComponent("leaving.socket").path) { _ in [] }
        let gone = try refusal(behind: leaving.path) { try FileManager.default.removeItem(atPath: leaving.path) }
        #expect(gone == .refused(.selectKeyID, .serviceUnavailable))
    }

    @Test("does not start before what is no socket, nor on a socket in a folder that is not there, which it does not make")
    func places() throws {
        let service = try QuotingProcess()
        let missing = service.folder.appendingPathComponent("not/there").path
        let second = service.path + "2"
        #expect(try service.refusal(["--socket", second, "--upstream", missing]).contains("\(missing): No such file or directory"))
        #expect(try service.refusal(["--socket", second, "--upstream", "/etc/passwd"]).contains("it is not a socket"))
        let refusal = try service.refusal(["--socket", "\(missing)/aesm.socket"])
        #expect(refusal.contains("the folder of \(missing)/aesm.socket does not exist"))
        #expect(refusal.hasPrefix("inclavare-quoted: ") && refusal.filter(\.isNewline).count == 1, "\(refusal)")
        #expect(!FileManager.default.fileExists(atPath: missing))
    }

    private func refusal(behind path: String, _ beforeAsking: () throws -> Void = {}) throws -> AESMFailure? {
        let front = try QuotingProcess(["--upstream", path])
        try beforeAsking()
        var client = AESMClient(path: front.path)
        do {
            _ = try client.selectedKeyID()
            return nil
        } catch {
            return error
        }
    }
}
