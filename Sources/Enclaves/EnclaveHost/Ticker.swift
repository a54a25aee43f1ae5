import CLinux
import Glibc
import Linux
import Synchronization

/// Interrupts the vCPUs when the enclave's scheduler asked for it: one thread that sleeps until the next request is due.
///
/// An interruption that finds a vCPU in its kernel or in the host half is lost, so each is repeated a few times until a new request
/// takes its place.
final class Ticker: Sendable {
    private static let repetitions = 10
    private static let interval: UInt64 = 10_000_000
    private static let stackBytes = 256 << 10
    /// Word 0: unparked when the request changed.
    private let word: Mapping
    private struct State {
        var due: UInt64?
        var repetitions = 0
        var isStarted = false
    }
    private let state = Mutex<State>(State())

    init() throws(SystemCallError) { word = try Mapping(bytes: 4096) }

    private var flag: UnsafeMutablePointer<UInt32> { word.pointer.assumingMemoryBound(to: UInt32.self) }

    func request(_ nanoseconds: UInt64, _ vcpus: VCPUServer) -> Int64 {
        let due = Self.now().addingReportingOverflow(nanoseconds).partialValue
        let starts = state.withLock { state in
            state.due = due
            state.repetitions = Self.repetitions
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard starts else {
            cl_unpark(flag)
            return 0
        }
        let ticket = Unmanaged.passRetained(TickerTicket(ticker: self, vcpus: vcpus))
        let result = cl_start_thread(runTicker, ticket.toOpaque(), Self.stackBytes)
        if result < 0 {
            ticket.release()
            state.withLock { $0.isStarted = false }
        }
        return Int64(result)
    }

    fileprivate func run(_ vcpus: VCPUServer) -> Never {
        while true {
            let due = state.withLock { $0.due }
            let now = Self.now()
            if let due, due <= now {
                state.withLock { state in
                    guard state.due == due else { return }
                    state.repetitions -= 1
                    state.due = state.repetitions > 0 ? now + Self.interval : nil
                }
                vcpus.interruptComputing(with: LoadedEnclave.endSignal)
                continue
            }
            cl_park(flag, due.map { $0 - now } ?? .max)
        }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

private final class TickerTicket {
    let ticker: Ticker
    let vcpus: VCPUServer

    init(ticker: Ticker, vcpus: VCPUServer) {
        self.ticker = ticker
        self.vcpus = vcpus
    }

    func run() { ticker.run(vcpus) }
}

/// A named function of the file: a closure would inherit the isolation of where it stands.
private func runTicker(_ argument: UnsafeMutableRawPointer?) {
    guard let argument else { return }
    Unmanaged<TickerTicket>.fromOpaque(argument).takeRetainedValue().run()
}
