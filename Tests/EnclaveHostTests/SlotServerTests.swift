import Foundation
import Glibc
import Linux
import Testing
import Wire

@testable import EnclaveHost

/// The thread that serves calls without exits: it never waits, and what would wait is declined.
@Suite(.serialized) struct SlotServerTests {
    /// What an enclave does with the slot of one vCPU.
    private final class Client {
        let area: CallArea
        private var number: UInt64 = 0

        init() throws { area = try CallArea() }

        var slot: SlotView { area.slot }

        func write(_ call: UInt32, _ arguments: [UInt64], data: [UInt8] = []) -> SlotWord {
            number += 1
            slot.call.head.storeBytes(of: UInt64(call), as: UInt64.self)
            for (index, argument) in arguments.enumerated() {
                slot.call.head.storeBytes(of: argument, toByteOffset: CallFrame.argumentsOffset + index * 8, as: UInt64.self)
            }
            slot.call.data.copyMemory(from: data, byteCount: data.count)
            return SlotWord(number, .published)
        }

        /// Publishes a call and waits for its end: the result, or nil when it was declined.
        func make(_ call: HostCall, _ arguments: [UInt64] = [], data: [UInt8] = []) throws -> Int64? {
            try make(call.rawValue, arguments, data: data)
        }

        func make(_ call: UInt32, _ arguments: [UInt64] = [], data: [UInt8] = []) throws -> Int64? {
            let word = write(call, arguments, data: data)
            slot.finish(word, .published)
            let limit = ContinuousClock.now + .seconds(20)
            while slot.word.phase == .published || slot.word.phase == .claimed {
                try #require(ContinuousClock.now < limit, "nobody serves the slot")
                usleep(100)
            }
            #expect(slot.word.number == word.number)
            guard slot.word.phase == .answered else { return nil }
            return slot.call.head.load(fromByteOffset: CallFrame.resultOffset, as: Int64.self)
        }
    }

    private func server(
        input: Int32 = 0, output: Int32 = 1, _ diligence: SlotServer.Diligence = .always
    ) throws -> HostCallServer {
        var services = HostServices(rootFilesystem: try FileDescriptor.open("/", O_PATH | O_DIRECTORY))
        services.streams = (input, output, output)
        services.exitless = diligence
        var configuration = EnclaveConfiguration()
        configuration.exitless = true
        return try HostCallServer(
            services, indexes: HeldDescriptors(root: UnnamedFile.file(Array("0123456789".utf8))), configuration: configuration,
            clock: ClockServer())
    }

    /// A server that looks at the slots of so many vCPUs.
    private func serving(_ server: HostCallServer, _ clients: Int = 1) throws -> [Client] {
        let clients = try (0..<clients).map { _ in try Client() }
        let slots = try #require(server.slots)
        for (vcpu, client) in clients.enumerated() { slots.add(client.area, vcpu: vcpu) }
        slots.wake(server)
        return clients
    }

    @Test("A read that waits for an empty stdin is declined, one that does not is told, and other vCPUs' calls go on")
    func emptyInput() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let server = try server(input: ends[0])
        defer { server.slots?.end() }
        let clients = try serving(server, 2)
        #expect(try clients[0].make(.readStream, [0, 100]) == nil)
        #expect(try clients[0].make(.readStream, [0, 100, 1]) == -Int64(EAGAIN))
        #expect(try clients[1].make(.fetchIndex, [2, 3]) == 3)
        #expect(clients[1].slot.call.bytes(3) == Array("234".utf8))
        #expect(write(ends[1], "hello", 5) == 5)
        #expect(try clients[0].make(.readStream, [0, 100, 1]).map { $0 & 0xffff_ffff } == 5)
        #expect(clients[0].slot.call.bytes(5) == Array("hello".utf8))
        #expect(server.counts[.readStream] == 0)
        #expect(server.counts.exitless.map(\.count) == [1, 2])
    }

    @Test("Output goes to pipes and files as long as nobody has to wait for it") func output() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let server = try server(output: ends[1])
        defer { server.slots?.end() }
        let client = try serving(server)[0]
        let line = [UInt8](repeating: 65, count: 65536)
        var written: Int64 = 0
        #expect(try client.make(.writeStream, [1, 65536], data: line) == nil)
        while let count = try client.make(.writeStream, [1, 65536, 1], data: line), count > 0 { written += count & 0xffff_ffff }
        #expect(written == 65536)
        let file = try UnnamedFile.file([])
        let other = try self.server(output: file.raw)
        defer { other.slots?.end() }
        #expect(try serving(other)[0].make(.writeStream, [1, 5, 1], data: Array("hello".utf8)) == 5)
        #expect(try UnnamedFile.text(file) == "hello")
    }

    @Test("Calls that wait, and calls there are not, are declined and not done") func declined() throws {
        let server = try server()
        defer { server.slots?.end() }
        let client = try serving(server)[0]
        for call: HostCall in [.park, .exited, .syncVolume, .quote, .log, .startVCPU] {
            #expect(try client.make(call, [UInt64.max, 0, 0, 0]) == nil)
        }
        #expect(try client.make(.awaitEvents, [UInt64.max]) == nil)
        #expect(try client.make(12345) == nil)
        #expect(server.exitReport == nil && server.counts.exitless.isEmpty)
    }

    @Test("A socket that would linger is closed with an exit, others at once") func lingering() throws {
        let server = try server()
        defer { server.slots?.end() }
        let client = try serving(server)[0]
        for (handle, seconds) in [(UInt64(3), Int32(5)), (4, 0)] {
            #expect(try client.make(.socket, [handle, UInt64(AF_INET), 1, 0]) == 0)
            let linger = [Int32(1), seconds].flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
            let set = try client.make(.setSocketOption, [handle, UInt64(SOL_SOCKET), UInt64(SO_LINGER), 8], data: linger)
            #expect(set == 0)
            #expect(try client.make(.closeSocket, [handle]) == (seconds > 0 ? nil : 0))
        }
    }

    @Test("A call that was taken back is not served") func takenBack() throws {
        let server = try server()
        let client = try Client()
        let word = client.write(HostCall.fetchIndex.rawValue, [0, 4])
        client.slot.finish(word, .published)
        client.slot.finish(word, .free)
        #expect(!client.slot.claim(word))
        server.slots?.add(client.area, vcpu: 0)
        server.slots?.wake(server)
        #expect(try client.make(.fetchIndex, [0, 4]) == 4)
        server.slots?.end()
        #expect(server.counts.exitless.map(\.count) == [1])
    }

    @Test("Without calls it sleeps and says so, and a call with an exit wakes it") func sleeping() throws {
        let server = try server()
        defer { server.slots?.end() }
        let client = try serving(server)[0]
        func attended() -> Bool {
            client.area.view.base.load(fromByteOffset: SlotFrame.attentionOffset, as: UInt64.self) != 0
        }
        #expect(try client.make(.fetchIndex, [0, 4]) == 4)
        let limit = ContinuousClock.now + .seconds(30)
        while attended(), ContinuousClock.now < limit { usleep(1000) }
        #expect(!attended())
        // It may be on its way to sleep: whoever leaves for a call tries again with the next one.
        while !attended(), ContinuousClock.now < limit {
            server.slots?.wake(server)
            usleep(1000)
        }
        #expect(try client.make(.fetchIndex, [0, 4]) == 4)
    }

    @Test("A host that shall not look never does") func never() throws {
        let server = try server(.never)
        let client = try serving(server)[0]
        for _ in 0..<1000 { server.slots?.wake(server) }
        usleep(20_000)
        #expect(client.area.view.base.load(fromByteOffset: SlotFrame.attentionOffset, as: UInt64.self) == 0)
    }

    @Test("When the enclave has ended the thread ends, and nothing of it is left") func ending() throws {
        weak var left: HostCallServer?
        do {
            let server = try server()
            left = server
            let client = try serving(server)[0]
            #expect(try client.make(.fetchIndex, [0, 4]) == 4)
            server.slots?.end()
        }
        let limit = ContinuousClock.now + .seconds(20)
        while left != nil, ContinuousClock.now < limit { usleep(1000) }
        #expect(left == nil)
    }
}
