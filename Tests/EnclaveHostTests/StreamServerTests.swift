import CLinux
import Foundation
import Glibc
import Testing
import Wire

@testable import EnclaveHost

@Suite struct StreamServerTests {
    private final class Streams {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        let events: EventWatch
        let server: StreamServer

        init(errors: Int32 = -1) throws {
            pipe(&input)
            pipe(&output)
            events = try EventWatch()
            server = StreamServer(
                descriptors: [input[0], output[1], errors], watch: events, stop: StopFlag(), signals: SignalRelay(0))
        }

        /// Handles and events of what happened, without waiting.
        func news() -> [[UInt32]] {
            let call = ServedCall(.awaitEvents, [0])
            var word: UInt32 = 0
            let count = call.served { events.await(0, word: &word, $0) }
            let bytes = call.data(count * 8)
            return (0..<Int(count)).map { pair in
                (0..<2).map { half in (0..<4).reduce(0) { $0 | UInt32(bytes[pair * 8 + half * 4 + $1]) << UInt32($1 * 8) } }
            }
        }

        deinit { for end in input + output { close(end) } }
    }

    @Test func readsWritesAndPolls() throws {
        let streams = try Streams()
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

    @Test func blocksWhereTheHostMadeAStreamNonBlocking() async throws {
        let streams = try Streams()
        _ = fcntl(streams.input[0], F_SETFL, O_NONBLOCK)
        let end = streams.input[1]
        let writer = Thread {
            usleep(50_000)
            _ = write(end, "z", 1)
        }
        writer.start()
        #expect(ServedCall(.readStream, [0, 100]).served(streams.server.read) == 1)
    }

    @Test func refusesStreamsAndRequestsThatAreNotThere() throws {
        let streams = try Streams()
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

    /// The count and the readiness a call that does not wait brings.
    private func parts(_ result: Int64) -> (count: Int64, events: Int64) {
        let known = Int64(NetworkFrame.known)
        #expect(result >> 32 & known == known)
        return (result & 0xffff_ffff, result >> 32 & ~known)
    }

    @Test func readsWhatIsThereAndNeverWaits() throws {
        let streams = try Streams()
        let call = { ServedCall(.readStream, [0, 3, 1]).served(streams.server.read) }
        #expect(call() == -Int64(EAGAIN))
        _ = write(streams.input[1], "abcd", 4)
        #expect(parts(call()) == (3, Int64(POLLIN)))
        #expect(parts(call()) == (1, 0))
        #expect(call() == -Int64(EAGAIN))
        close(streams.input[1])
        #expect(parts(call()) == (0, Int64(POLLHUP)))
        streams.input[1] = -1
        // Others have the stream open: it is as it was.
        #expect(fcntl(streams.input[0], F_GETFL) & O_NONBLOCK == 0)
    }

    @Test func writesWhatThereIsRoomForAndNeverWaits() throws {
        let streams = try Streams()
        let bytes = [UInt8](repeating: 1, count: 100_000)
        let call = { ServedCall(.writeStream, [1, 100_000, 1], data: bytes).served(streams.server.write) }
        #expect(parts(call()) == (65536, 0))
        #expect(call() == -Int64(EAGAIN))
        // What went out whole leaves open whether there is more room.
        var back = [UInt8](repeating: 0, count: 65536)
        #expect(read(streams.output[0], &back, 65536) == 65536)
        #expect(ServedCall(.writeStream, [1, 10, 1], data: bytes).served(streams.server.write) == 10)
        #expect(fcntl(streams.output[1], F_GETFL) & O_NONBLOCK == 0)
    }

    @Test func tellsOfStreamsThatAreWatchedAndOfNoOthers() throws {
        let streams = try Streams()
        _ = write(streams.input[1], "a", 1)
        #expect(streams.news().isEmpty)
        #expect(ServedCall(.watchStream, [0]).served(streams.server.watch) == Int64(POLLIN))
        _ = streams.news()
        #expect(streams.news().isEmpty)
        _ = write(streams.input[1], "b", 1)
        #expect(streams.news() == [[0, UInt32(POLLIN)]])
        #expect(ServedCall(.watchStream, [0]).served(streams.server.watch) == Int64(POLLIN))
        close(streams.input[1])
        #expect(streams.news() == [[0, UInt32(POLLIN | POLLHUP)]])
        streams.input[1] = -1
        #expect(ServedCall(.watchStream, [3]).served(streams.server.watch) == -Int64(EBADF))
    }

    @Test func filesThatCannotBeWatchedAreReadAndWrittenWhole() throws {
        let null = open("/dev/null", O_RDWR)
        defer { close(null) }
        let streams = try Streams(errors: null)
        #expect(ServedCall(.watchStream, [2]).served(streams.server.watch) == -Int64(EPERM))
        #expect(ServedCall(.writeStream, [2, 100_000, 1]).served(streams.server.write) == 100_000)
        #expect(parts(ServedCall(.readStream, [2, 10, 1]).served(streams.server.read)).count == 0)
    }

    @Test func aTerminalIsReadALineAtATime() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(master) }
        var locked: Int32 = 0
        var number: Int32 = 0
        // TIOCSPTLCK and TIOCGPTN.
        _ = cl_ioctl(master, 0x4004_5431, &locked)
        _ = cl_ioctl(master, 0x8004_5430, &number)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        let streams = try Streams(errors: terminal)
        let call = ServedCall(.readStream, [2, 100, 1])
        #expect(call.served(streams.server.read) == -Int64(EAGAIN))
        _ = write(master, "one\ntwo\n", 8)
        #expect(parts(call.served(streams.server.read)).count == 4)
        #expect(parts(call.served(streams.server.read)).count == 4)
        #expect(call.data(4) == Array("two\n".utf8))
        #expect(call.served(streams.server.read) == -Int64(EAGAIN))
    }

    @Test func saysWhatAStreamIs() throws {
        let streams = try Streams()
        let call = ServedCall(.streamInformation, [0])
        let result = call.served(streams.server.information)
        let information = try StreamInformation(decoding: call.data(result))
        #expect(information == StreamInformation(kind: S_IFIFO >> 12, isTerminal: false))
    }
}
