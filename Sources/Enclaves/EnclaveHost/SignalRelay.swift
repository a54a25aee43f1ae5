import CLinux
import Glibc
import Linux
import Synchronization
import Wire

/// Signals that come to this process and are the program's: a thread waits for them, and the enclave takes them.
final class SignalRelay: Sendable {
    /// After which the enclave is told again: an interruption that finds it in its kernel is lost.
    private static let repetition: UInt64 = 1_000_000
    private static let stackBytes = 256 << 10

    /// A bit each: signal n is bit n - 1.
    private let wanted: UInt64
    /// Those that would end this process and are nobody's here: the manifest does not list them, and nothing is to end by them.
    private let refused: UInt64
    private let waiting = Atomic<UInt64>(0)
    private let ignored = Atomic<UInt64>(0)

    init(_ wanted: UInt64) {
        self.wanted = wanted
        refused = EnclaveConfiguration.grantableSignals & ~wanted & ~Self.ending
    }

    /// HUP, INT, QUIT, ABRT and TERM end an enclave whose manifest does not list them; CONT and WINCH do nothing by themselves.
    private static let ending: UInt64 =
        [SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGTERM, SIGCONT, SIGWINCH].reduce(0) { $0 | 1 << UInt64($1 - 1) }

    var areWaiting: Bool { waiting.load(ordering: .acquiring) != 0 }

    /// Those that came, which are the enclave's from here on, and those that were ignored at the start.
    func take(_ call: CallView) -> Int64 {
        var writer = ByteWriter()
        writer.u64(waiting.exchange(0, ordering: .acquiringAndReleasing))
        writer.u64(ignored.load(ordering: .acquiring))
        return call.answer(writer.bytes)
    }

    /// Blocks them on the calling thread, before others are made from it, and starts the thread that waits for them; both for good.
    func start(_ vcpus: VCPUServer, _ stop: StopFlag, _ log: LogWriter) -> SystemCallError? {
        ignored.store(cl_ignored_signals(wanted), ordering: .releasing)
        cl_block_signals(wanted | refused)
        let ticket = Unmanaged.passRetained(RelayTicket(relay: self, vcpus: vcpus, stop: stop, log: log))
        let result = cl_start_thread(runRelay, ticket.toOpaque(), Self.stackBytes)
        guard result < 0 else { return nil }
        ticket.release()
        return SystemCallError(Int32(-result), "start a thread for signals")
    }

    fileprivate func run(_ vcpus: VCPUServer, _ stop: StopFlag, _ log: LogWriter) -> Never {
        cl_block_signals(.max)
        var told: UInt64 = 0
        while true {
            let signal = cl_await_signal(wanted | refused, areWaiting ? Self.repetition : .max)
            let bit: UInt64 = signal > 0 ? 1 << UInt64(signal - 1) : 0
            if bit & refused & ~told != 0 {
                told |= bit
                log.write(.warning, "signal \(signal) is not in host.signals of the manifest: the program does not get it")
            }
            if bit & wanted != 0 { waiting.bitwiseOr(bit, ordering: .acquiringAndReleasing) }
            guard areWaiting, !stop.isSet else { continue }
            vcpus.wakeAll()
            vcpus.interruptAll(with: LoadedEnclave.endSignal)
        }
    }
}

private final class RelayTicket {
    let relay: SignalRelay
    let vcpus: VCPUServer
    let stop: StopFlag
    let log: LogWriter

    init(relay: SignalRelay, vcpus: VCPUServer, stop: StopFlag, log: LogWriter) {
        self.relay = relay
        self.vcpus = vcpus
        self.stop = stop
        self.log = log
    }

    func run() { relay.run(vcpus, stop, log) }
}

/// A named function of the file: a closure would inherit the isolation of where it stands.
private func runRelay(_ argument: UnsafeMutableRawPointer?) {
    guard let argument else { return }
    Unmanaged<RelayTicket>.fromOpaque(argument).takeRetainedValue().run()
}
