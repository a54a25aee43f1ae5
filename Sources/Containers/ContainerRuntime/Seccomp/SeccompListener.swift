import CLinux
import Glibc
import Linux
import OCI

/// The program outside the container that answers the calls with SCMP_ACT_NOTIFY.
struct SeccompListener: Equatable, Sendable {
    let path: String
    let metadata: String

    /// Gives it the descriptor, with the state of the container whose process `pid` is (runtime-spec, config-linux.md,
    /// containerProcessState).
    func hand(_ descriptor: consuming FileDescriptor, of pid: Int32, _ state: State) throws(RuntimeError) {
        let raw = descriptor.raw
        let message: JSON = [
            "ociVersion": .string(State.ociVersion), "fds": ["seccompFd"], "pid": .integer(Int64(pid)),
            "metadata": .string(metadata), "state": state.json,
        ]
        let text = String(decoding: JSONWriter.write(message), as: UTF8.self)
        try RuntimeError.wrap("linux.seccomp.listenerPath") {
            let socket = try SystemCallError.check(cl_unix_connect(Int32(SOCK_STREAM.rawValue), path), "connect to \(path)")
            let connection = FileDescriptor(owning: socket)
            try SystemCallError.check(cl_send_descriptor(connection.raw, raw, text), "send the listener to \(path)")
        }
    }
}
