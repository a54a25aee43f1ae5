import Glibc

/// Sockets that a service manager opened for this very process and that the container's program gets in its place
/// (sd_listen_fds(3)): they are the first descriptors behind the streams.
package struct SocketActivation: Sendable {
    let count: UInt32
    let names: String?

    /// Empty: none were passed, or to another process.
    package init(environment: (String) -> String?) {
        let isOurs = environment("LISTEN_PID").flatMap { Int32($0) } == getpid()
        let count = isOurs ? environment("LISTEN_FDS").flatMap { UInt32($0) } ?? 0 : 0
        // A number that no process can have open is no number of descriptors.
        self.count = count < 65536 ? count : 0
        names = self.count > 0 ? environment("LISTEN_FDNAMES") : nil
    }

    package init() { (count, names) = (0, nil) }

    func announce(in environment: inout ProcessEnvironment) {
        guard count > 0 else { return }
        environment["LISTEN_FDS"] = String(count)
        environment["LISTEN_PID"] = String(getpid())
        environment["LISTEN_FDNAMES"] = names
    }
}
