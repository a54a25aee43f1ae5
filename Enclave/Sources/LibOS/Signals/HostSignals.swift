import EnclaveRuntime
import Wire

/// Signals of the host: asked for when it says that some wait, and sent to the first process as far as the manifest lets them through.
///
/// A host that lies can send those at will, and nothing else: each is pending once, whatever is asked.
enum HostSignals {
    nonisolated(unsafe) private static var hasBegun = false

    private static var allowed: UInt64 { kernel.configuration.hostSignals }

    /// Before the program starts: what the host's own starter ignores is ignored, as a program inherits it.
    static func begin() {
        guard !hasBegun, allowed != 0 else { return }
        hasBegun = true
        let answer = ask(idle: true)
        // Meanwhile the host may have entered by another TCS: from a program that runs nothing is taken any more.
        if let process = kernel.processList.first, !Scheduler.hasRunProgram {
            each(of: answer.ignored) { process.signals[$0].handler = SignalAction.ignore }
        }
        send(answer.waiting)
    }

    /// Takes what waits.
    ///
    /// The kernel lock is given up meanwhile. `idle`: on the scheduler's own stack.
    static func look(idle: Bool = false) {
        guard areAnnounced else { return }
        if HostAttestation.isAllowed { HostAttestation.answer(idle: idle) }
        if allowed != 0 { send(ask(idle: idle).waiting) }
    }

    /// Whether the host said to this vCPU that some wait, or that evidence is asked for.
    static var areAnnounced: Bool { (allowed != 0 || HostAttestation.isAllowed) && HostCallArea().announcesSignals }

    private static func ask(idle: Bool) -> (waiting: UInt64, ignored: UInt64) {
        var words: (UInt64, UInt64) = (0, 0)
        KernelLock.release()
        let area = HostCallArea()
        if area.call(.takeSignals, idle: idle) == 16 { area.read(into: &words, count: 16) }
        KernelLock.acquire()
        return (words.0 & allowed, words.1 & allowed)
    }

    /// As kill would from a process that cannot be seen from here: its number is 0.
    private static func send(_ signals: UInt64) {
        guard signals != 0, let process = kernel.processList.first else { return }
        each(of: signals) { process.raise(SignalInformation(signal: $0, code: SignalInformation.user)) }
    }

    private static func each(of signals: UInt64, _ body: (Int32) -> Void) {
        var left = signals
        while left != 0 {
            body(Int32(left.trailingZeroBitCount) + 1)
            left &= left - 1
        }
    }
}
