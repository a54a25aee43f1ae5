import Foundation
import Glibc
import Testing
import Wire

@testable import EnclaveHost

@Suite struct StreamServerTests {
    private final class Streams {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        let server: StreamServer

        init() {
            pipe(&input)
            pipe(&output)
            server = StreamServer(descriptors: [input[0], output[1], output[1]], stop: StopFlag(), signals: SignalRelay(0))
        }

        deinit { for end in input + output { close(end) } }
    }

    @Test func readsWritesAndPolls() {
        let streams = Streams()
        #expect(ServedCall(.pollStreams, [0x1 | 0x200, 0]).served(streams.server.poll) == 0x200)
        _ = write(streams.input[1], "abc", 3)
        #expect(ServedCall(.pollStreams, [0x1 | 0x200, 0]).served(streams.server.poll) == 0x201)
        let reading = ServedCall(.readStream, [0, 100])
        #expect(reading.served(streams.server.read) == 3)
        #expect(reading.data(3) == Array("abc".utf8))
        #expect(ServedCall(.writeStream, [1, 2], data: Array("xy".utf8)).served(streams.server.write) == 2)
        var back = [UInt8](repeating: 0, count: 8)
        #expect(read(streams.output[0], &back, 8) == 2)
    }

    @Test func blocksWhereTheHostMadeAStreamNonBlocking() async {
        let streams = Streams()
        _ = fcntl(streams.input[0], F_SETFL, O_NONBLOCK)
        let end = streams.input[1]
        let writer = Thread {
            usleep(50_000)
            _ = write(end, "z", 1)
        }
        writer.start()
        #expect(ServedCall(.readStream, [0, 100]).served(streams.server.read) == 1)
    }

    @Test func refusesStreamsAndRequestsThatAreNotThere() {
        let streams = Streams()
        for stream: UInt64 in [3, .max] {
            #expect(ServedCall(.readStream, [stream, 1]).served(streams.server.read) == -Int64(EBADF))
            #expect(ServedCall(.writeStream, [stream, 1]).served(streams.server.write) == -Int64(EBADF))
            #expect(ServedCall(.streamInformation, [stream]).served(streams.server.information) == -Int64(EBADF))
        }
        // TIOCSTI would type into the administrator's terminal.
        #expect(ServedCall(.terminal, [0, 0x5412, 64]).served(streams.server.terminal) == -Int64(EINVAL))
        #expect(ServedCall(.terminal, [0, 0x5401, 4]).served(streams.server.terminal) == -Int64(EINVAL))
        #expect(ServedCall(.terminal, [0, 0x5401, 36]).served(streams.server.terminal) == -Int64(ENOTTY))
    }

    @Test func saysWhatAStreamIs() throws {
        let streams = Streams()
        let call = ServedCall(.streamInformation, [0])
        let result = call.served(streams.server.information)
        let information = try StreamInformation(decoding: call.data(result))
        #expect(information == StreamInformation(kind: S_IFIFO >> 12, isTerminal: false))
    }
}
