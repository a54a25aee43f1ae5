/// What a thread has of its own about signals.
struct ThreadSignals {
    /// Whoever changes it outside of `Thread.block(signals:)` makes the thread look again before it leaves the kernel.
    var mask: UInt64 = 0 {
        didSet { attention = true }
    }
    /// The mask while rt_sigtimedwait has taken the awaited signals out of it.
    var maskBeforeWait: UInt64 = 0
    /// The mask to put back after rt_sigsuspend, ppoll and their kind.
    var savedMask: UInt64? {
        didSet { if savedMask != nil { attention = true } }
    }
    var pending = SignalQueue()
    var alternateStack = AlternateStack()
    /// Something is to be looked at before the thread leaves the kernel: a signal, a stop, its end, a barrier; and at its first leaving.
    var attention = true
    var lastFault = FaultRecord()

    /// The last exception of the thread, as every later sigcontext shows it.
    struct FaultRecord {
        var vector: UInt64 = 0
        var error: UInt64 = 0
        var address: UInt64 = 0
    }
}
