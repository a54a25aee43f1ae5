import Testing
import Wire

@testable import ContainerRuntime

@Suite struct DoorwayMessageTests {
    private static let messages: [DoorwayMessage] = [
        .attest(targetInfo: [UInt8](repeating: 7, count: 512), nonce: [1, 2]), .kill(15),
        .report([UInt8](repeating: 9, count: 432), isSimulated: true), .signalled(false), .refused("no"),
    ]

    /// As version 1 writes it; every later version must read it.
    private static let golden: [UInt8] =
        [28, 0, 0, 0] + Array("INCLDOOR".utf8) + [1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 15, 0, 0, 0]

    @Test func theFirstVersionStaysReadable() throws {
        #expect(DoorwayMessage.kill(15).encoded() == Self.golden.withLength())
        var stream = DoorwayStream()
        try stream.append(Self.golden.withLength())
        let read = try stream.next()
        #expect(read?.message == .kill(15) && read?.descriptors == [])
    }

    @Test(arguments: messages) func whatIsWrittenIsRead(message: DoorwayMessage) throws {
        var stream = DoorwayStream()
        // Byte by byte, as a slow sender's come, and two of them.
        let bytes = message.encoded() + DoorwayMessage.kill(9).encoded()
        var found: [DoorwayMessage] = []
        for byte in bytes {
            try stream.append([byte])
            if let next = try stream.next() { found.append(next.message) }
        }
        #expect(found == [message, .kill(9)])
    }

    @Test func whatIsNoMessageOfThisVersionIsRefused() {
        func failure(_ change: (inout [UInt8]) -> Void) -> WireError? {
            var bytes = DoorwayMessage.kill(15).encoded()
            change(&bytes)
            do {
                var stream = DoorwayStream()
                try stream.append(bytes)
                _ = try stream.next()
                return nil
            } catch {
                return error as? WireError
            }
        }
        #expect(failure { $0[4] ^= 1 } == .badMagic)
        #expect(failure { $0[12] = 0 } == .unknownVersion)
        #expect(failure { $0[16] = 2 } == .unknownVersion)
        #expect(failure { $0[12] = 9 } == nil, "a newer one that says it can be read is read")
        #expect(failure { $0[20] = 77 } == .badValue)
        #expect(failure { $0[22] = 1 } == .truncated, "a descriptor that did not come")
        #expect(failure { $0[3] = 1 } == .tooLong)
        #expect(
            failure {
                $0.append(contentsOf: [0])
                $0[0] += 1
            } == .trailingBytes)
        #expect(failure { $0.append(contentsOf: [UInt8](repeating: 0, count: 20_000)) } == .tooLong)
    }

    /// Every seed with every byte flipped, and cut everywhere: nothing is to happen but a message or a refusal.
    @Test func mutatedMessagesAreReadOrRefused() {
        for message in Self.messages {
            let seed = message.encoded()
            for place in seed.indices {
                for change: UInt8 in [0x01, 0x80, 0xff] {
                    var bytes = seed
                    bytes[place] ^= change
                    Self.read(bytes)
                }
                Self.read(Array(seed[..<place]))
            }
        }
    }

    private static func read(_ bytes: [UInt8]) {
        var stream = DoorwayStream()
        do {
            try stream.append(bytes)
            while let next = try stream.next() { #expect(next.descriptors.isEmpty) }
        } catch {}
    }
}

extension [UInt8] {
    /// The first four bytes are the length of the rest.
    fileprivate func withLength() -> [UInt8] {
        var bytes = self
        bytes[0] = UInt8(count - 4)
        return bytes
    }
}
