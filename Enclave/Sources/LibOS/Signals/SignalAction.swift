/// One action of rt_sigaction, as the kernel's structure holds it.
struct SignalAction {
    /// 0 is the default, 1 is to ignore.
    var handler: UInt64 = 0
    var flags: UInt64 = 0
    var restorer: UInt64 = 0
    var mask: UInt64 = 0

    static let ignore: UInt64 = 1

    static let hasRestorer: UInt64 = 0x0400_0000
    static let onStack: UInt64 = 0x0800_0000
    static let restart: UInt64 = 0x1000_0000
    static let noDefer: UInt64 = 0x4000_0000
    static let resetHandler: UInt64 = 0x8000_0000

    /// NOCLDSTOP, NOCLDWAIT, SIGINFO and those above; Linux drops all others, which is how a program finds out that a flag is unknown.
    static let known: UInt64 = 0x7 | hasRestorer | onStack | restart | noDefer | resetHandler

    /// What becomes of a signal with this action.
    func disposition(of signal: Int32) -> Disposition {
        switch handler {
        case 0: break
        case Self.ignore: return .ignore
        default: return .handle
        }
        let bit = Signal.bit(signal)
        if bit & Signal.ignoredByDefault != 0 { return .ignore }
        // TSTP, TTIN and TTOU stop nobody in an orphaned process group, and no process here has a parent in its session.
        if bit & Signal.stopping != 0 { return signal == Signal.stop ? .stop : .ignore }
        return .end
    }

    enum Disposition {
        case ignore
        case handle
        case stop
        case end
    }
}
