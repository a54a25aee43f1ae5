/// Threads that wait for one thing.
///
/// Waking never blocks and touches no user memory.
final class WaitQueue {
    private var waiters: [Thread] = []

    init() {}

    fileprivate func add(_ thread: Thread) { waiters.append(thread) }

    fileprivate func remove(_ thread: Thread) {
        if let index = waiters.firstIndex(where: { $0 === thread }) { waiters.remove(at: index) }
    }

    func wakeAll() {
        for thread in waiters { Scheduler.wake(thread) }
    }

    func wakeOne() {
        if let thread = waiters.first(where: { $0.state == .blocked }) { Scheduler.wake(thread) }
    }

    var isEmpty: Bool { waiters.isEmpty }
}

/// Gives up the vCPU until a queue is woken, the deadline (monotonic nanoseconds) is reached, or a signal or the end of the process comes.
///
/// The one way to wait in this kernel. Returns when woken, which may be for nothing: the caller looks again. Throws EINTR and ETIMEDOUT.
func block(on queues: [WaitQueue], until deadline: UInt64?) throws(Errno) {
    let thread = currentThread
    if thread.isInterrupted { throw .EINTR }
    if let deadline, deadline <= Clock.monotonic() { throw .ETIMEDOUT }
    for queue in queues { queue.add(thread) }
    thread.timedOut = false
    thread.deadline = deadline
    if deadline != nil { Scheduler.addTimer(thread) }
    thread.state = .blocked
    Scheduler.leave(thread)
    for queue in queues { queue.remove(thread) }
    if thread.deadline != nil {
        Scheduler.removeTimer(thread)
        thread.deadline = nil
    }
    if thread.timedOut { throw .ETIMEDOUT }
    if thread.isInterrupted { throw .EINTR }
}
