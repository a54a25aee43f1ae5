import CLinux
import Glibc
import Linux
import Synchronization
import Testing

@testable import ContainerRuntime

/// A doorway with a keeper that answers after it was asked `delay` times.
private final class TestKeeper: DoorwayKeeper {
    let signals = Mutex<[Int32]>([])
    private let looks = Mutex<Int>(0)
    private let delay: Int
    private let underWay = Mutex<(now: Int, most: Int)>((0, 0))

    /// Most questions at one time.
    var most: Int { underWay.withLock { $0.most } }

    init(delay: Int = 3) { self.delay = delay }

    func attest(targetInfo: [UInt8], nonce: [UInt8]) -> DoorwayMessage? {
        guard nonce != [0] else { return .refused("not this nonce") }
        looks.withLock { $0 = delay }
        underWay.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        return nil
    }

    func answer() -> DoorwayMessage? {
        looks.withLock { left in
            left -= 1
            guard left <= 0 else { return nil }
            underWay.withLock { $0.now -= 1 }
            return .report([UInt8](repeating: 5, count: 432), isSimulated: false)
        }
    }

    func forget() {
        looks.withLock { $0 = 0 }
        underWay.withLock { $0.now -= 1 }
    }

    func kill(_ signal: Int32) -> DoorwayMessage {
        signals.withLock { $0.append(signal) }
        return .signalled(signal == SIGTERM)
    }
}

@Suite(.serialized) struct DoorwayServerTests {
    private let directory: StateDirectory
    private let keeper = TestKeeper()

    init() throws {
        var path = Array("/tmp/doorway-XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&path))
        directory = try StateDirectory(root: String(cString: path), id: "c")
        try directory.make()
        let listening = cl_listen_unix(directory.doorwayPath, 0o600, 8)
        try #require(listening >= 0)
        DoorwayServer.start(listening: Int32(listening), owner: getuid(), keeper: keeper)
    }

    private func connect() -> Int32 { Int32(cl_unix_connect(Int32(SOCK_STREAM.rawValue), directory.doorwayPath)) }

    @Test func aRequestIsAnsweredAndTheConnectionStays() throws {
        defer { directory.remove() }
        var client = try DoorwayClient(directory)
        #expect(try client.ask(.kill(SIGTERM)) == .signalled(true))
        #expect(try client.ask(.kill(SIGUSR1)) == .signalled(false))
        let target = [UInt8](repeating: 0, count: 512)
        #expect(try client.ask(.attest(targetInfo: target, nonce: [0])) == .refused("not this nonce"))
        let report = DoorwayMessage.report([UInt8](repeating: 5, count: 432), isSimulated: false)
        #expect(try client.ask(.attest(targetInfo: target, nonce: [1])) == report)
        #expect(keeper.signals.withLock { $0 } == [SIGTERM, SIGUSR1])
    }

    @Test func whoHangsUpWhileTheEnclaveIsAskedLeavesTheWayFree() throws {
        defer { directory.remove() }
        let question = DoorwayMessage.attest(targetInfo: [UInt8](repeating: 0, count: 512), nonce: [1])
        let frame = question.encoded()
        for _ in 0..<20 {
            let socket = connect()
            #expect(send(socket, frame, frame.count, 0) == frame.count)
            close(socket)
        }
        var client = try DoorwayClient(directory)
        #expect(try client.ask(question) == .report([UInt8](repeating: 5, count: 432), isSimulated: false))
    }

    @Test func questionsThatComeTogetherAreAskedOneAfterTheOther() throws {
        defer { directory.remove() }
        let frame = DoorwayMessage.attest(targetInfo: [UInt8](repeating: 0, count: 512), nonce: [1]).encoded()
        let sockets = (0..<5).map { _ in connect() }
        defer { for socket in sockets { close(socket) } }
        for socket in sockets { #expect(send(socket, frame, frame.count, 0) == frame.count) }
        for socket in sockets {
            var buffer = [UInt8](repeating: 0, count: 1024)
            let length = recv(socket, &buffer, 1024, 0)
            var stream = DoorwayStream()
            try stream.append(buffer[..<max(0, length)])
            #expect(try stream.next()?.message == .report([UInt8](repeating: 5, count: 432), isSimulated: false))
        }
        #expect(keeper.most == 1)
    }

    @Test func nobodyWhoIsStuckHoldsUpAnother() throws {
        defer { directory.remove() }
        // Half a frame, and nothing more of it; and more that say nothing at all.
        var stuck: [Int32] = []
        for number in 0..<6 {
            let socket = connect()
            if number == 0 { #expect(send(socket, Array(DoorwayMessage.kill(1).encoded().prefix(7)), 7, 0) == 7) }
            stuck.append(socket)
        }
        defer { for socket in stuck { close(socket) } }
        var client = try DoorwayClient(directory)
        #expect(try client.ask(.kill(SIGTERM)) == .signalled(true))
    }

    @Test func moreThanThereIsRoomForWaitUntilTheSilentAreSentAway() throws {
        defer { directory.remove() }
        let silent = (0..<8).map { _ in connect() }
        defer { for socket in silent { close(socket) } }
        var client = try DoorwayClient(directory)
        #expect(try client.ask(.kill(SIGTERM)) == .signalled(true))
    }

    @Test func whatIsNoRequestIsRefusedAndItsDescriptorsAreClosed() throws {
        defer { directory.remove() }
        var pipes: [Int32] = [-1, -1]
        try #require(pipe(&pipes) == 0)
        var client = try DoorwayClient(directory)
        #expect(try client.ask(.kill(SIGTERM), passing: [pipes[1]]) == .refused("this request takes no descriptors"))
        close(pipes[1])
        // The end of the pipe comes when nobody holds its other side any more.
        var byte: UInt8 = 0
        #expect(read(pipes[0], &byte, 1) == 0)
        close(pipes[0])
        var other = try DoorwayClient(directory)
        #expect(try other.ask(.signalled(true)) == .refused("this is an answer, not a request"))
    }

    @Test func descriptorsComeWithTheMessageTheyBelongTo() throws {
        defer { directory.remove() }
        var ends: [Int32] = [-1, -1]
        try #require(cl_socket_pair(Int32(SOCK_STREAM.rawValue), &ends) == 0)
        defer { for end in ends { close(end) } }
        let frame = DoorwayMessage.kill(1).encoded() + DoorwayMessage.kill(2).encoded(descriptors: 2)
        #expect(cl_send_with_descriptors(ends[0], frame, frame.count, [ends[0], ends[1]], 2, 1) == frame.count)
        var buffer = [UInt8](repeating: 0, count: 4096)
        var descriptors = [Int32](repeating: -1, count: 16)
        var count = 0
        let length = cl_receive_with_descriptors(ends[1], &buffer, buffer.count, &descriptors, &count, 1)
        #expect(length == frame.count && count == 2)
        var stream = DoorwayStream()
        try stream.append(buffer[..<length], descriptors: descriptors[..<count])
        #expect(try stream.next()?.descriptors == [])
        let taken = try stream.next()?.descriptors
        #expect(taken == Array(descriptors[..<count]))
        for number in taken ?? [] { #expect(close(number) == 0) }
    }

    @Test(.enabled(if: access("/usr/bin/python3", X_OK) == 0 && getuid() == 0, "needs root and python3"))
    func anotherUserIsSentAway() throws {
        defer { directory.remove() }
        chmod(directory.path, 0o755)
        chmod(String(directory.path.dropLast(2)), 0o755)
        chmod(directory.doorwayPath, 0o666)
        let program =
            "import os, socket, sys; os.setuid(65534); s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
            + "os.write(1, s.recv(256))"
        let pipe = try #require(popen("python3 -c '\(program)' \(directory.doorwayPath)", "r"))
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = fread(&buffer, 1, 256, pipe)
        #expect(pclose(pipe) == 0)
        var stream = DoorwayStream()
        try stream.append(buffer[..<length])
        #expect(try stream.next()?.message == .refused("only root and the container's owner may come in here"))
    }
}
