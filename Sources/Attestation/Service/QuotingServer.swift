import CLinux
import Glibc

/// Serves quoting requests on a Unix socket, one thread for all clients, until SIGTERM or SIGINT.
///
/// A lock beside the socket tells a stale socket from one that is served; the socket is made without access for others and opened to its
/// mode when it listens. At most `maximumClients` are connected; more wait in the kernel's queue.
public final class QuotingServer {
    private let path: String
    private let lock: Int32
    private let listener: Int32
    private let signals: Int32
    private var clients: [QuotingConnection] = []

    private static let maximumClients = 64

    public init(path: String, mode: mode_t) throws(QuotingServerError) {
        self.path = path
        lock = try Self.lock(path)
        do {
            listener = try Self.listen(path, mode: mode)
        } catch {
            close(lock)
            throw error
        }
        signals = Int32(cl_ending_signals())
    }

    deinit {
        unlink(path)
        for descriptor in [signals, listener, lock] where descriptor >= 0 { close(descriptor) }
    }

    /// Answers until it is told to end; `answer` gets a request's body and gives the response's.
    public func run(answer: ([UInt8]) -> [UInt8]) throws(QuotingServerError) {
        guard signals >= 0 else { throw .system(operation: "wait for signals beside", path: path, code: -signals) }
        while true {
            let accepting: Int16 = clients.count < Self.maximumClients ? Int16(POLLIN) : 0
            var events = [
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0), pollfd(fd: listener, events: accepting, revents: 0),
            ]
            events += clients.map { pollfd(fd: $0.descriptor, events: $0.wantedEvents, revents: 0) }
            if poll(&events, nfds_t(events.count), timeout()) < 0, errno != EINTR {
                throw .system(operation: "wait on", path: path, code: errno)
            }
            if events[0].revents != 0 { return }
            let now = Self.now()
            var kept: [QuotingConnection] = []
            for (client, event) in zip(clients, events.dropFirst(2)) {
                let alive = event.revents == 0 ? true : client.advance(now: now, answer: answer)
                if alive, client.deadline > now { kept.append(client) }
            }
            clients = kept
            if events[1].revents != 0 { accept(now: now) }
        }
    }

    private func accept(now: Int64) {
        let descriptor = Int32(cl_accept(listener))
        if descriptor >= 0 { clients.append(QuotingConnection(descriptor: descriptor, now: now)) }
    }

    private func timeout() -> Int32 {
        guard let first = clients.map(\.deadline).min() else { return -1 }
        return Int32(clamping: max(0, first - Self.now()))
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static func lock(_ path: String) throws(QuotingServerError) -> Int32 {
        let name = "\(path).lock"
        let descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "make", path: name, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? .busy(path) : .system(operation: "lock", path: name, code: code)
        }
        return descriptor
    }

    private static func listen(_ path: String, mode: mode_t) throws(QuotingServerError) -> Int32 {
        var facts = cl_file_facts()
        if cl_examine_path(path, &facts) == 0 {
            guard facts.mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
            unlink(path)
        }
        let result = Int32(cl_listen_unix(path, mode, 64))
        guard result >= 0 else {
            throw -result == ENAMETOOLONG ? .pathTooLong(path) : .system(operation: "listen on", path: path, code: -result)
        }
        return result
    }
}
