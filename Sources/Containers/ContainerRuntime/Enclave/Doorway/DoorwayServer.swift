import CLinux
import Glibc
import Linux

/// Serves a container's doorway on a thread of its own, as long as the container lives.
///
/// Nobody at the door can hold up another: connections are few, what they send is bounded and must come within seconds, and nothing is
/// waited for but all of them together.
final class DoorwayServer: @unchecked Sendable {
    private static let mostVisitors = 8
    private static let stackBytes = 256 << 10

    private let listening: Int32
    /// Who may come beside root: the user that made the container.
    private let owner: uid_t
    private let keeper: any DoorwayKeeper
    // Of the thread alone, hence unchecked Sendable.
    private var visitors: [DoorwayVisitor] = []

    private init(listening: Int32, owner: uid_t, keeper: any DoorwayKeeper) {
        self.listening = listening
        self.owner = owner
        self.keeper = keeper
    }

    /// Takes the listening socket over; without the thread the container has no doorway, and runs all the same.
    static func start(listening: Int32, owner: uid_t, keeper: any DoorwayKeeper) {
        let server = Unmanaged.passRetained(DoorwayServer(listening: listening, owner: owner, keeper: keeper))
        if cl_start_thread(runDoorway, server.toOpaque(), stackBytes) < 0 { server.release() }
    }

    fileprivate func run() -> Never {
        cl_block_signals(.max)
        while true {
            wait()
            let now = Self.now()
            deliver(now)
            for visitor in visitors where visitor.question == nil { attend(visitor, now) }
            for visitor in visitors where visitor.deadline < now { dismiss(visitor) }
            ask(now)
            if visitors.count < Self.mostVisitors { admit(now) }
        }
    }

    private func wait() {
        let asks = visitors.contains { $0.isAsked }
        // One that waits for its answer is only looked at for its end, after which nobody wants the answer.
        var entries = visitors.map { pollfd(fd: $0.descriptor, events: Int16($0.question == nil ? POLLIN : 0), revents: 0) }
        if visitors.count < Self.mostVisitors { entries.append(pollfd(fd: listening, events: Int16(POLLIN), revents: 0)) }
        poll(&entries, nfds_t(entries.count), asks ? 1 : visitors.isEmpty ? -1 : 1000)
        let gone = zip(visitors, entries).filter { $0.question != nil && $1.revents != 0 }.map(\.0)
        for visitor in gone { dismiss(visitor) }
    }

    private func admit(_ now: UInt64) {
        var entry = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 0) > 0 else { return }
        let raw = cl_accept(listening)
        guard raw >= 0 else { return }
        let visitor = DoorwayVisitor(owning: Int32(raw), now: now)
        let user = cl_peer_user(visitor.descriptor)
        guard user == 0 || user == Int(owner) else {
            _ = visitor.send(.refused("only root and the container's owner may come in here"), now: now)
            return
        }
        visitors.append(visitor)
    }

    private func attend(_ visitor: DoorwayVisitor, _ now: UInt64) {
        let answer: DoorwayMessage
        switch visitor.receive() {
        case .nothing: return
        case .end(let reason):
            if let reason { _ = visitor.send(.refused(reason), now: now) }
            return dismiss(visitor)
        case .request(.kill(let signal)): answer = keeper.kill(signal)
        case .request(.attest(let targetInfo, let nonce)):
            visitor.question = DoorwayVisitor.Question(targetInfo: targetInfo, nonce: nonce)
            return
        case .request: answer = .refused("this is an answer, not a request")
        }
        if !visitor.send(answer, now: now) { dismiss(visitor) }
    }

    /// Gives the keeper the next question, in the order of the visitors, unless it has one.
    private func ask(_ now: UInt64) {
        while !visitors.contains(where: { $0.isAsked }), let visitor = visitors.first(where: { $0.question != nil }),
            let question = visitor.question
        {
            visitor.isAsked = true
            guard let answer = keeper.attest(targetInfo: question.targetInfo, nonce: question.nonce) else { return }
            if !visitor.send(answer, now: now) { dismiss(visitor) }
        }
    }

    private func deliver(_ now: UInt64) {
        guard let visitor = visitors.first(where: { $0.isAsked }), let answer = keeper.answer() else { return }
        if !visitor.send(answer, now: now) { dismiss(visitor) }
    }

    private func dismiss(_ visitor: DoorwayVisitor) {
        if visitor.isAsked { keeper.forget() }
        if visitor.question != nil { _ = visitor.send(.refused("the enclave gave no answer within 5 s"), now: visitor.deadline) }
        visitors.removeAll { $0 === visitor }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// A named function of the file: a closure would inherit the isolation of where it stands.
private func runDoorway(_ argument: UnsafeMutableRawPointer?) {
    guard let argument else { return }
    Unmanaged<DoorwayServer>.fromOpaque(argument).takeRetainedValue().run()
}
