import CLinux
import Glibc

/// Serves AESM's protocol on a Unix socket, one thread for all clients, until SIGTERM or SIGINT.
///
/// At most 384 clients are connected, 128 of one user. A further one takes the place of that of its user, or of the user who has most,
/// which has been silent longest: whoever opens many connections takes room from itself alone.
public final class QuotingServer {
    private let path: String
    private let socket: QuotingSocket
    private let rule: PeerRule
    private let upstream: String?
    private let signals: Int32
    private var clients: [QuotingConnection] = []

    private static let mostClients = 384
    private static let mostOfOneUser = 128

    /// `upstream`: the socket of the service that `QuotingService.upstream` forwards to.
    public init(path: String, mode: mode_t, rule: PeerRule, upstream: String? = nil) throws(QuotingServerError) {
        if let upstream {
            guard upstream != path else { throw .ownUpstream(path) }
            try Self.requireSocket(upstream)
        }
        self.path = path
        self.rule = rule
        self.upstream = upstream
        socket = try QuotingSocket(path: path, mode: mode, group: rule.first)
        signals = Int32(cl_ending_signals())
    }

    deinit { if signals >= 0 { close(signals) } }

    /// A path that was mistyped would refuse every request later; a service that is only gone for now comes back to its socket.
    private static func requireSocket(_ path: String) throws(QuotingServerError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .noUpstream(path, why: SystemError.text(errno)) }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .noUpstream(path, why: "it is not a socket") }
    }

    /// Answers until it is told to end; `log` gets lines about what was refused.
    public func run(_ service: QuotingService, log: @escaping (String) -> Void) throws(QuotingServerError) {
        guard signals >= 0 else { throw .system(operation: "wait for signals beside", path: path, code: -signals) }
        let desk = QuotingDesk(service, upstream: upstream, log: log)
        while true {
            var events = [
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
                pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            events += clients.map(\.poll)
            if poll(&events, nfds_t(events.count), timeout()) < 0, errno != EINTR {
                throw .system(operation: "wait on", path: path, code: errno)
            }
            if events[0].revents != 0 { return }
            let now = Self.now()
            desk.begin(now: now)
            advance(events.dropFirst(2).map(\.revents), now, desk)
            if events[1].revents != 0 { accept(now, desk) }
        }
    }

    private func advance(_ events: [Int16], _ now: Int64, _ desk: QuotingDesk) {
        var kept: [QuotingConnection] = []
        kept.reserveCapacity(clients.count)
        for (client, event) in zip(clients, events) {
            if event != 0, !client.advance(now: now, desk) { continue }
            if let deadline = client.deadline, deadline <= now, !client.expire(now: now, desk) { continue }
            kept.append(client)
        }
        clients = kept
    }

    /// All that wait, so that a crowd is not served one a round.
    private func accept(_ now: Int64, _ desk: QuotingDesk) {
        for _ in 0..<Self.mostOfOneUser {
            let descriptor = Int32(cl_accept(socket.descriptor))
            guard descriptor >= 0 else { return }
            let user = cl_peer_user(descriptor)
            guard user >= 0, rule.allows(user: uid_t(truncatingIfNeeded: user), at: descriptor) else {
                desk.log("user \(user) may not ask: it is in none of the groups")
                close(descriptor)
                continue
            }
            let client = QuotingConnection(descriptor: descriptor, user: uid_t(truncatingIfNeeded: user), now: now)
            makeRoom(for: client.user)
            clients.append(client)
        }
    }

    private func makeRoom(for user: uid_t) {
        var counts: [uid_t: Int] = [:]
        for client in clients { counts[client.user, default: 0] += 1 }
        guard counts[user, default: 0] >= Self.mostOfOneUser || clients.count >= Self.mostClients else { return }
        let greediest = counts.max { $0.value < $1.value }?.key
        let loser = counts[user, default: 0] >= Self.mostOfOneUser ? user : greediest
        guard let oldest = clients.filter({ $0.user == loser }).min(by: { $0.lastActive < $1.lastActive }) else { return }
        clients.removeAll { $0 === oldest }
    }

    private func timeout() -> Int32 {
        guard let first = clients.compactMap(\.deadline).min() else { return -1 }
        return Int32(clamping: max(0, first - Self.now()))
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
