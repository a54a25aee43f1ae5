import CLinux
import Glibc

/// Signals on their way to a program that a library runs: a thread waits for them, and the library gets each.
struct LibrarySignals {
    private static let stackBytes = 256 << 10
    /// Those that end the container where the library does not take them, as its first process has no default reactions.
    private static let ending = [SIGTERM, SIGINT, SIGQUIT, SIGHUP]

    private final class Ticket {
        let library: any EnclaveLibrary
        init(_ library: any EnclaveLibrary) { self.library = library }
    }

    let library: any EnclaveLibrary

    /// All other threads block them.
    func start() {
        let ticket = Unmanaged.passRetained(Ticket(library))
        let started = cl_start_thread(
            { argument in
                guard let argument else { return }
                LibrarySignals.relay(Unmanaged<Ticket>.fromOpaque(argument).takeRetainedValue().library)
            }, ticket.toOpaque(), Self.stackBytes)
        if started < 0 { ticket.release() }
    }

    private static func relay(_ library: any EnclaveLibrary) -> Never {
        while true {
            let signal = cl_await_signal(LibraryInit.relayed, .max)
            guard signal > 0 else { continue }
            if !library.kill(signal), ending.contains(signal) { _exit(128 + signal) }
        }
    }
}
