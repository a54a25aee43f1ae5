/// The time limit of a thread's wait; one for each thread, so that waiting allocates nothing.
final class WaitTimer: KernelTimer {
    /// Not counted: it belongs to the thread.
    private let thread: Unmanaged<Thread>

    init(_ thread: Thread) { self.thread = Unmanaged.passUnretained(thread) }

    override func expired(_ now: UInt64) {
        let thread = thread.takeUnretainedValue()
        guard thread.state == .blocked else { return }
        thread.timedOut = true
        Scheduler.wake(thread)
    }
}
