/// Threads that wait for one thing, and epoll items that want to know of it.
///
/// Waking never blocks and touches no user memory.
final class WaitQueue {
    private var waiters: [Thread] = []
    private var observers: [EpollItem] = []

    init() {}

    fileprivate func add(_ thread: Thread) { waiters.append(thread) }

    fileprivate func remove(_ thread: Thread) {
        if let index = waiters.firstIndex(where: { $0 === thread }) { waiters.remove(at: index) }
    }

    /// `events` is what may have become ready: epoll items that did not ask for any of it are left alone.
    func wakeAll(_ events: PollEvents = .any) {
        for thread in waiters { Scheduler.wake(thread) }
        if !observers.isEmpty { tellObservers(events) }
    }

    /// Of the exclusive ones only the first that has somebody waiting is told.
    private func tellObservers(_ events: PollEvents) {
        var served = false
        for item in observers {
            guard item.isExclusive else {
                item.fileChanged(events)
                continue
            }
            if !served { served = item.fileChanged(events) }
        }
    }

    func observe(_ item: EpollItem) { observers.append(item) }

    func forget(_ item: EpollItem) {
        if let index = observers.firstIndex(where: { $0 === item }) { observers.remove(at: index) }
    }

    var hasSleepers: Bool { waiters.contains { $0.state == .blocked } }

    func wakeOne() {
        if let thread = waiters.first(where: { $0.state == .blocked }) { Scheduler.wake(thread) }
    }

    var isEmpty: Bool { waiters.isEmpty && observers.isEmpty }
}

/// Gives up the vCPU until a queue is woken, the deadline (monotonic nanoseconds) is reached, or a signal or the end of the process comes.
///
/// The one way to wait in this kernel. Returns when woken, which may be for nothing: the caller looks again. Throws EINTR and ETIMEDOUT.
func block(on queues: [WaitQueue], until deadline: UInt64?) throws(Errno) {
    let thread = currentThread
    if thread.isInterrupted { throw .EINTR }
    if let deadline, deadline <= Clock.monotonic() { throw .ETIMEDOUT }
    for queue in queues { queue.add(thread) }
    if kernel.tracing { CallObservation.announceCall(of: thread) }
    thread.timedOut = false
    if let deadline { Scheduler.limitWait(of: thread, until: deadline) }
    thread.state = .blocked
    Scheduler.leave(thread)
    for queue in queues { queue.remove(thread) }
    if deadline != nil { TimerQueue.disarm(thread.waitTimer) }
    if thread.timedOut { throw .ETIMEDOUT }
    if thread.isInterrupted { throw .EINTR }
}

/// The same for a wait that nothing but its queue and its time ends; the caller looks again.
func waitUninterrupted(on queue: WaitQueue, for nanoseconds: UInt64? = nil) {
    let thread = currentThread
    queue.add(thread)
    thread.timedOut = false
    if let nanoseconds { Scheduler.limitWait(of: thread, until: Clock.monotonic() &+ nanoseconds) }
    thread.state = .blocked
    Scheduler.leave(thread)
    queue.remove(thread)
    if nanoseconds != nil { TimerQueue.disarm(thread.waitTimer) }
}
