/// One descriptor in the set of an epoll: what is asked of its file, and whether it is worth looking at.
final class EpollItem {
    let epoll: EpollFile
    let file: OpenFile
    let descriptor: Int32
    /// What was asked for, options included, and what the program gets back with it.
    private(set) var events: UInt32
    private(set) var data: UInt64
    /// Where it stands in the set.
    var place = 0
    /// In the list of those that may be ready.
    var isQueued = false
    /// A one-shot item that fired.
    private(set) var isSpent = false
    private(set) var isRemoved = false

    static let edge: UInt32 = 1 << 31
    static let oneShot: UInt32 = 1 << 30
    static let wakeUp: UInt32 = 1 << 29
    static let exclusive: UInt32 = 1 << 28
    private static let options = edge | oneShot | wakeUp | exclusive
    /// What an exclusive item may ask for: POLLIN, POLLOUT, POLLERR, POLLHUP, EPOLLWAKEUP, EPOLLET.
    static let exclusiveEvents: UInt32 = 0x1d | wakeUp | edge | exclusive

    init(_ epoll: EpollFile, _ file: OpenFile, _ descriptor: Int32, events: UInt32, data: UInt64) {
        self.epoll = epoll
        self.file = file
        self.descriptor = descriptor
        self.events = events
        self.data = data
    }

    var isExclusive: Bool { events & Self.exclusive != 0 }
    var isEdgeTriggered: Bool { events & Self.edge != 0 }
    var isWatching: Bool { !isSpent && !isRemoved }

    private var wanted: PollEvents { PollEvents(rawValue: events & ~Self.options).union(.always) }

    func change(events: UInt32, data: UInt64) {
        self.events = events
        self.data = data
        isSpent = false
    }

    /// Asks the file; what counts of its answer.
    ///
    /// May give up the kernel lock.
    func look() -> PollEvents {
        guard isWatching else { return [] }
        let ready = file.readiness().intersection(wanted)
        return isWatching ? ready : []
    }

    /// A wake-up at the file; whether somebody waits who will look at it.
    @discardableResult
    func fileChanged(_ what: PollEvents) -> Bool {
        guard isWatching, !what.isDisjoint(with: wanted) else { return false }
        return epoll.mayBeReady(self)
    }

    /// After a report: whether the item is to be looked at again without a wake-up.
    func wasReported() -> Bool {
        if events & Self.oneShot != 0 { isSpent = true }
        return !isSpent && !isEdgeTriggered
    }

    // MARK: Membership

    func startWatching() {
        for queue in file.waitQueues { queue.observe(self) }
        file.watchers.append(self)
    }

    /// Out of the set and of everything that refers to it.
    func removeFromSet() {
        guard !isRemoved else { return }
        isRemoved = true
        for queue in file.waitQueues { queue.forget(self) }
        if let index = file.watchers.firstIndex(where: { $0 === self }) { file.watchers.remove(at: index) }
        epoll.dropped(self)
    }
}
