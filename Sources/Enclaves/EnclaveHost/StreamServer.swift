import CLinux
import Glibc
import Linux
import Wire

/// The program's descriptors 0, 1 and 2 on the host's side.
struct StreamServer: Sendable {
    private static let readable: UInt64 = 1
    private static let writable: UInt64 = 1 << 8
    /// Requests a program may make of its terminal, with the bytes of their argument.
    private static let terminalRequests: [UInt64: Int] = [
        0x5401: 36, 0x5402: 36, 0x5403: 36, 0x5404: 36,  // TCGETS, TCSETS, TCSETSW, TCSETSF
        0x5413: 8,  // TIOCGWINSZ
        0x541b: 4,  // FIONREAD
    ]

    private let descriptors: [Int32]
    private let impatient: [ImpatientStream]
    private let events: EventWatch
    private let stop: StopFlag
    private let signals: SignalRelay

    init(descriptors: [Int32], watch: EventWatch, stop: StopFlag, signals: SignalRelay) {
        self.descriptors = descriptors
        self.stop = stop
        self.signals = signals
        events = watch
        impatient = descriptors.map(ImpatientStream.init)
    }

    func read(_ call: CallView) -> Int64 {
        guard let file = descriptor(call.argument(0)) else { return -Int64(EBADF) }
        if call.argument(2) == 1 { return atOnce(call, knownIfWhole: true) { $0.read(call.data, call.length(1)) } }
        return transfer(file, POLLIN) { Glibc.read(file, call.data, call.length(1)) }
    }

    func write(_ call: CallView) -> Int64 {
        guard let file = descriptor(call.argument(0)) else { return -Int64(EBADF) }
        if call.argument(2) == 1 { return atOnce(call, knownIfWhole: false) { $0.write(call.data, call.length(1)) } }
        return transfer(file, POLLOUT) { Glibc.write(file, call.data, call.length(1)) }
    }

    /// What the stream is ready for; the epoll of all sockets tells of it from here on.
    func watch(_ call: CallView) -> Int64 {
        guard let file = descriptor(call.argument(0)) else { return -Int64(EBADF) }
        let result = events.add(file, call.argument(0))
        guard result >= 0 || result == -Int64(EEXIST) else { return result }
        return Int64(cl_ready(file))
    }

    /// A transfer without waiting, and what the stream is ready for after it where the enclave does not know: a whole write leaves that open.
    func atOnce(_ call: CallView, knownIfWhole: Bool, _ body: (ImpatientStream) -> Int) -> Int64 {
        let stream = Int(call.argument(0))
        let result = body(impatient[stream])
        guard result >= 0, knownIfWhole || result < call.length(1) else { return Int64(result) }
        return Int64(result) | SocketServer.known(descriptors[stream])
    }

    func poll(_ call: CallView) -> Int64 {
        let mask = call.argument(0)
        var requests: [pollfd] = []
        for stream in 0..<descriptors.count {
            var events: Int32 = 0
            if mask >> UInt64(stream) & Self.readable != 0 { events |= POLLIN }
            if mask >> UInt64(stream) & Self.writable != 0 { events |= POLLOUT }
            requests.append(pollfd(fd: events == 0 ? -1 : descriptors[stream], events: Int16(events), revents: 0))
        }
        let result = cl_poll(&requests, requests.count, call.argument(1))
        if result < 0 { return result == -Int(EINTR) ? 0 : Int64(result) }
        var ready: UInt64 = 0
        for (stream, request) in requests.enumerated() {
            let ended = Int32(request.revents) & (POLLHUP | POLLERR) != 0
            if Int32(request.revents) & POLLIN != 0 || ended { ready |= Self.readable << UInt64(stream) }
            if Int32(request.revents) & POLLOUT != 0 || ended { ready |= Self.writable << UInt64(stream) }
        }
        return Int64(ready & mask)
    }

    func information(_ call: CallView) -> Int64 {
        guard let file = descriptor(call.argument(0)) else { return -Int64(EBADF) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return -Int64(errno) }
        return call.answer(StreamInformation(kind: status.st_mode >> 12, isTerminal: isatty(file) == 1).encoded())
    }

    func terminal(_ call: CallView) -> Int64 {
        guard let file = descriptor(call.argument(0)) else { return -Int64(EBADF) }
        guard let size = Self.terminalRequests[call.argument(1)] else { return -Int64(EINVAL) }
        guard call.argument(2) >= UInt64(size) else { return -Int64(EINVAL) }
        return Int64(min(0, cl_ioctl(file, UInt(call.argument(1)), call.data)))
    }

    func hasStream(_ stream: UInt64) -> Bool { stream < UInt64(descriptors.count) }

    private func descriptor(_ stream: UInt64) -> Int32? {
        hasStream(stream) ? descriptors[Int(stream)] : nil
    }

    /// The program has ended, or has a signal to look at.
    private var isInterrupted: Bool { stop.isSet || signals.areWaiting }

    /// The enclave asks for a call that blocks; what the host made non-blocking is waited for here.
    private func transfer(_ file: Int32, _ event: Int32, _ body: () -> Int) -> Int64 {
        while true {
            let result = body()
            if result >= 0 { return Int64(result) }
            switch errno {
            case EINTR:
                if isInterrupted { return -Int64(EINTR) }
            case EAGAIN:
                var request = pollfd(fd: file, events: Int16(event), revents: 0)
                if Glibc.poll(&request, 1, -1) < 0, isInterrupted { return -Int64(EINTR) }
            default: return -Int64(errno)
            }
        }
    }
}
