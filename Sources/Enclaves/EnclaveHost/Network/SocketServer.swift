import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// Makes, connects and closes the enclave's sockets; none of its calls waits.
final class SocketServer: Sendable {
    let table = SocketTable()
    let watch: EventWatch
    private let isPrepared = Atomic<Bool>(false)

    init() throws(SystemCallError) { watch = try EventWatch() }

    /// The answer to a socket call; `nil` for calls that are none.
    func serve(_ name: HostCall, _ call: CallView) -> Int64? {
        switch name {
        case .socket: return make(call)
        case .bindSocket: return withSocket(call) { bind($0, Self.address(call), Self.addressLength(call, 1)) }
        case .connectSocket: return withSocket(call) { connect($0, Self.address(call), Self.addressLength(call, 1)) }
        case .listenSocket: return withSocket(call) { listen($0, Int32(truncatingIfNeeded: call.argument(1))) }
        case .acceptSocket: return accept(call)
        case .sendSocket: return send(call)
        case .receiveSocket: return receive(call)
        case .shutDownSocket: return withSocket(call) { shutdown($0, Int32(truncatingIfNeeded: call.argument(1))) }
        case .socketName: return socketName(call)
        case .socketOption: return option(call)
        case .setSocketOption: return setOption(call)
        case .socketCount: return count(call)
        case .closeSocket: return table.remove(call.argument(0)) == nil ? -Int64(EBADF) : 0
        case .pollSocket:
            guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
            return Int64(cl_ready(socket.raw))
        default: return nil
        }
    }

    private func withSocket(_ call: CallView, _ body: (Int32) -> Int32) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        return body(socket.raw) < 0 ? -Int64(errno) : 0
    }

    static func address(_ call: CallView) -> UnsafeMutablePointer<sockaddr> {
        (call.data + NetworkFrame.addressOffset).assumingMemoryBound(to: sockaddr.self)
    }

    static func addressLength(_ call: CallView, _ argument: Int) -> socklen_t {
        socklen_t(min(call.argument(argument) & 0xffff_ffff, UInt64(NetworkFrame.addressLength)))
    }

    // MARK: The life of a socket

    private func make(_ call: CallView) -> Int64 {
        guard table.isFree(call.argument(0)) else { return -Int64(EEXIST) }
        prepare()
        let raw = cl_socket_make(
            Int32(truncatingIfNeeded: call.argument(1)), Int32(truncatingIfNeeded: call.argument(2)),
            Int32(truncatingIfNeeded: call.argument(3)))
        guard raw >= 0 else { return Int64(raw) }
        return keep(Int32(raw), as: call.argument(0))
    }

    private func accept(_ call: CallView) -> Int64 {
        guard let socket = table.socket(call.argument(0)) else { return -Int64(EBADF) }
        guard table.isFree(call.argument(1)) else { return -Int64(EEXIST) }
        var length = socklen_t(NetworkFrame.addressLength)
        let raw = cl_socket_accept(socket.raw, Self.address(call), &length)
        guard raw >= 0 else { return Int64(raw) }
        let result = keep(Int32(raw), as: call.argument(1))
        guard result >= 0 else { return result }
        return Int64(min(length, socklen_t(NetworkFrame.addressLength))) | Self.known(socket.raw)
    }

    private func keep(_ raw: Int32, as handle: UInt64) -> Int64 {
        let socket = HeldSocket(FileDescriptor(owning: raw))
        let result = watch.add(raw, handle)
        guard result >= 0 else { return result }
        return table.add(handle, socket) ? 0 : -Int64(EEXIST)
    }

    /// As many descriptors as the administrator allows: the program's limit is kept inside.
    private func prepare() {
        guard isPrepared.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    // MARK: Readiness

    /// What the socket is ready for now, for the upper half of a result.
    static func known(_ raw: Int32) -> Int64 {
        Int64(bitPattern: UInt64(cl_ready(raw) | NetworkFrame.known) << 32)
    }
}
