import CLinux
import Glibc
import Linux

/// Where the master of a process's terminal goes: to the caller's console socket, or to this very process.
struct TerminalDelivery: ~Copyable {
    /// What the process in the container sends the master over; -1: it has no terminal.
    let socket: Int32
    /// The other end of `socket`; -1: it is not ours.
    private let ownEnd: Int32

    init(wanted: Bool, socket path: String?, staysAttached: Bool) throws(RuntimeError) {
        var ends: [Int32] = [-1, -1]
        if let path {
            guard wanted else { throw RuntimeError("cannot use a console socket: process.terminal is false") }
            let result = cl_unix_connect(Int32(SOCK_STREAM.rawValue), path)
            ends[1] = try RuntimeError.wrap { try SystemCallError.check(result, "connect to the console socket \(path)") }
        } else if wanted {
            guard staysAttached else {
                throw RuntimeError("cannot allocate a terminal without a console socket: give --console-socket")
            }
            let result = cl_socket_pair(Int32(SOCK_STREAM.rawValue), &ends)
            try RuntimeError.wrap { try SystemCallError.check(result, "make a socket pair") }
        }
        (ownEnd, socket) = (ends[0], ends[1])
    }

    /// The master that has come; -1: none.
    func master() -> Int32 {
        ownEnd >= 0 ? Int32(max(-1, cl_receive_descriptor(ownEnd))) : -1
    }

    deinit {
        for raw in [socket, ownEnd] where raw >= 0 { close(raw) }
    }
}

extension ProcessDescriptor {
    /// Hands this descriptor to whoever listens at `path`.
    borrowing func send(over path: String) throws(RuntimeError) {
        try RuntimeError.wrap {
            let result = cl_unix_connect(Int32(SOCK_STREAM.rawValue), path)
            let socket = FileDescriptor(owning: try SystemCallError.check(result, "connect to the pidfd socket \(path)"))
            try SystemCallError.check(cl_send_descriptor(socket.raw, descriptor.raw, "pidfd"), "send the pidfd to \(path)")
        }
    }
}
