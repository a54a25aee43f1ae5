import AESM
import Attestation
import Foundation
import Glibc
import SGX
import Synchronization
import Testing

/// Many clients, stuck clients and hostile ones.
@Suite("Quoting service under its clients")
struct ServerTests {
    static func client(_ path: String) -> AESMClient { AESMClient(path: path) }

    static func quote(_ service: QuotingProcess, _ client: inout AESMClient) throws -> [UInt8] {
        let report = try service.report(for: client.targetInfo())
        return try client.quote(report: report)
    }

    @Test("serves others while clients say nothing, half a frame or a frame that is too long")
    func stuckClients() throws {
        let service = try QuotingProcess()
        let request = PlainSocket.frame(AESMRequest.supportedKeyIDCount.encoded())
        let stuck = (0..<60).compactMap { _ in PlainSocket(service.path) }
        for (index, client) in stuck.enumerated() { client.send(Array(request.prefix(index % request.count))) }
        for size: [UInt8] in [[0, 0, 0, 1], [0xff, 0xff, 0xff, 0xff], [1, 0, 1, 0]] {
            let long = try #require(PlainSocket(service.path))
            long.send(size)
            #expect(try AESMResponse(decoding: #require(long.receive())) == .refusal(nil, .unexpected))
            #expect(long.isClosed)
        }
        var client = Self.client(service.path)
        #expect(try service.verify(Self.quote(service, &client)).isSimulated)
        #expect(stuck.count == 60)
    }

    @Test("ends a half frame after ten seconds and keeps a connection on which nothing is under way")
    func deadlines() throws {
        let service = try QuotingProcess()
        let (idle, half, dripping) = try (
            #require(PlainSocket(service.path)), #require(PlainSocket(service.path)), #require(PlainSocket(service.path))
        )
        half.send([5, 0])
        for byte in [UInt8(20), 0, 0, 0, 1, 1, 1, 1, 1, 1, 1] {
            dripping.send([byte])
            sleep(1)
        }
        #expect(half.isClosed)
        #expect(dripping.isClosed, "a byte a second does not buy time")
        idle.send(frame: AESMRequest.supportedKeyIDCount.encoded())
        #expect(try AESMResponse(decoding: #require(idle.receive())) == .supportedKeyIDCount(1))
    }

    @Test("answers a hundred clients at once, each with its own quote")
    func parallelClients() throws {
        let service = try QuotingProcess()
        var first = Self.client(service.path)
        let target = try first.targetInfo()
        let reports = try (0..<100).map { try service.report(for: target, data: UInt8($0)) }
        let right = Mutex(0)
        let failures = Mutex<[String]>([])
        let path = service.path
        DispatchQueue.concurrentPerform(iterations: reports.count) { index in
            var client = AESMClient(path: path)
            do {
                let quote = try client.quote(report: reports[index])
                let isOwn = quote[368..<432].elementsEqual([UInt8](repeating: UInt8(index), count: 64))
                if isOwn { right.withLock { $0 += 1 } }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(right.withLock { $0 } == 100, "\(failures.withLock { $0.first ?? "" })")
    }

    @Test("gives a user 128 connections: the one that was silent longest makes room")
    func mostConnections() throws {
        let service = try QuotingProcess()
        var held: [PlainSocket] = []
        for _ in 0..<140 { held.append(try #require(PlainSocket(service.path))) }
        var client = Self.client(service.path)
        #expect(try client.selectedKeyID().count == 256)
        #expect(held[0].isClosed)
        held[139].send(frame: AESMRequest.supportedKeyIDCount.encoded())
        #expect(held[139].receive() != nil)
    }

    @Test("answers requests in one packet in their order, and drops a client that reads nothing")
    func pipelining() throws {
        let service = try QuotingProcess()
        let client = try #require(PlainSocket(service.path))
        let requests: [AESMRequest] = [.supportedKeyIDCount, .selectKeyID(list: nil), .other(.whiteListSize, dataType: nil)]
        client.send(requests.flatMap { PlainSocket.frame($0.encoded()) })
        for request in requests {
            #expect(try AESMResponse(decoding: #require(client.receive()))?.operation == request.operation)
        }
        let deaf = try #require(PlainSocket(service.path))
        let request = PlainSocket.frame(AESMRequest.selectKeyID(list: nil).encoded())
        for _ in 0..<5_000 where Glibc.send(deaf.descriptor, request, request.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) < 0
        {
            break
        }
        var other = Self.client(service.path)
        #expect(try Self.quote(service, &other).count > 436)
    }

    @Test("a REPORT that was changed is refused by number, and the client says what that means")
    func refusedReport() throws {
        let service = try QuotingProcess()
        var client = Self.client(service.path)
        var report = try service.report(for: client.targetInfo())
        report[431] ^= 1
        do {
            _ = try client.quote(report: report)
            Issue.record("not refused")
        } catch {
            #expect("\(error)".contains("it refused GetQuoteEx: error 47 (invalid REPORT"))
        }
    }

    @Test("lets only members of its groups ask", .enabled(if: geteuid() == 0, "needs root, to be other users"))
    func groups() throws {
        let service = try QuotingProcess(["--group", "54321", "--mode", "666"])
        func status(_ words: String...) throws -> Int32 {
            let setpriv = ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534"] + words
            let client = try OutsideClientTests.client([service.path, "raw", "aa0100"], by: setpriv)
            let output = Pipe()
            client.standardOutput = output
            try client.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            client.waitUntilExit()
            return text.contains("\"operation\": 21") ? 0 : 1
        }
        #expect(try status("--clear-groups") == 1)
        #expect(try status("--groups", "54321") == 0)
        #expect(try status("--groups", "54322") == 1)
        var root = Self.client(service.path)
        #expect(try root.selectedKeyID().count == 256)
        let attributes = try FileManager.default.attributesOfItem(atPath: service.path)
        #expect(attributes[.groupOwnerAccountID] as? Int == 54321)
        #expect(
            try service.refusal(["--socket", "\(service.path)2", "--group", "nobody-knows"]).contains(
                "there is no group nobody-knows"))
    }
}
