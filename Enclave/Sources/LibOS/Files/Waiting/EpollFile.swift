/// An epoll: a set of open files and what to report of each.
///
/// Files tell their items when they change, and the items stand in a list until they were looked at: waiting costs what is ready, not what
/// is watched.
final class EpollFile: OpenFile {
    private var items: [EpollItem] = []
    /// Items that may be ready, the longest waiting first.
    private var ready: [EpollItem] = []
    /// Threads in epoll_wait: each event wakes one.
    private let sleepers = WaitQueue()
    /// Those who poll this epoll itself.
    private let queue = WaitQueue()

    /// How deep Linux lets epolls watch each other.
    private static let deepest = 5

    init(flags: UInt32) {
        let node = AnonymousNode(AnonymousFileSystem.others, kind: .anonymous)
        super.init(node: node, path: Bytes(text: "anon_inode:[eventpoll]"), flags: OpenFlags.readWrite)
    }

    override func closed() {
        for item in items { item.removeFromSet() }
        ready = []
    }

    // MARK: The set

    /// Adds a file, with the number it has now.
    func add(_ file: OpenFile, _ descriptor: Int32, events: UInt32, data: UInt64) throws(Errno) {
        if let inner = file as? EpollFile {
            if inner.reaches(self) { throw .ELOOP }
            guard inner.depth + height <= Self.deepest else { throw .ELOOP }
        }
        guard find(file, descriptor) == nil else { throw .EEXIST }
        let item = EpollItem(self, file, descriptor, events: events, data: data)
        item.place = items.count
        items.append(item)
        item.startWatching()
        lookAtOnce(item)
    }

    func change(_ file: OpenFile, _ descriptor: Int32, events: UInt32, data: UInt64) throws(Errno) {
        guard let item = find(file, descriptor) else { throw .ENOENT }
        guard !item.isExclusive else { throw .EINVAL }
        item.change(events: events, data: data)
        lookAtOnce(item)
    }

    func remove(_ file: OpenFile, _ descriptor: Int32) throws(Errno) {
        guard let item = find(file, descriptor) else { throw .ENOENT }
        item.removeFromSet()
    }

    private func find(_ file: OpenFile, _ descriptor: Int32) -> EpollItem? {
        file.watchers.first { $0.epoll === self && $0.descriptor == descriptor }
    }

    /// An item that is ready already gets no wake-up for it.
    private func lookAtOnce(_ item: EpollItem) {
        if !item.look().isEmpty { mayBeReady(item) }
    }

    /// The item is gone: the last one takes its place.
    func dropped(_ item: EpollItem) {
        let last = items.removeLast()
        if last !== item {
            last.place = item.place
            items[item.place] = last
        }
        if let index = ready.firstIndex(where: { $0 === item }) { ready.remove(at: index) }
    }

    // MARK: Epolls in epolls

    private func reaches(_ other: EpollFile) -> Bool {
        for item in items {
            guard let inner = item.file as? EpollFile else { continue }
            if inner === other || inner.reaches(other) { return true }
        }
        return false
    }

    /// Epolls below this one, itself counted.
    private var depth: Int {
        var deepest = 0
        for item in items {
            if let inner = item.file as? EpollFile { deepest = max(deepest, inner.depth) }
        }
        return deepest + 1
    }

    /// Epolls above this one, itself counted.
    private var height: Int {
        var highest = 0
        for item in watchers { highest = max(highest, item.epoll.height) }
        return highest + 1
    }

    // MARK: Waiting

    /// Puts the item on the list and wakes who waits; whether a thread did.
    @discardableResult
    func mayBeReady(_ item: EpollItem) -> Bool {
        if !item.isQueued {
            item.isQueued = true
            ready.append(item)
        }
        let hasSleepers = sleepers.hasSleepers
        if hasSleepers { sleepers.wakeOne() }
        queue.wakeAll(.readable)
        return hasSleepers
    }

    /// Reports up to `most` events and returns how many; none after the deadline.
    ///
    /// BLOCKS.
    func wait(
        most: Int, until deadline: UInt64?, _ report: (Int, PollEvents, UInt64) throws(Errno) -> Void
    ) throws(Errno) -> Int {
        HostEvents.look(before: deadline)
        while true {
            // What is ready is told together with what happened meanwhile.
            if HostEvents.areStale, ready.contains(where: { !$0.look().isEmpty }) { HostEvents.look() }
            let count = try collect(most, report)
            if !ready.isEmpty { sleepers.wakeOne() }
            if count > 0 { return count }
            if let deadline, deadline <= Clock.monotonic() {
                try HostWait.checkSignals()
                return 0
            }
            // Looking may have given the lock up, and what came then woke nobody.
            guard ready.isEmpty else { continue }
            do throws(Errno) { try block(on: [sleepers], until: deadline) } catch {
                if error == .ETIMEDOUT { continue }
                // The wake-up that came with the signal is for another thread.
                if !ready.isEmpty { sleepers.wakeOne() }
                throw error
            }
        }
    }

    /// Takes the list and looks at each item; others may add to a new one meanwhile.
    private func collect(_ most: Int, _ report: (Int, PollEvents, UInt64) throws(Errno) -> Void) throws(Errno) -> Int {
        guard !ready.isEmpty else { return 0 }
        var taken: [EpollItem] = []
        swap(&taken, &ready)
        var again: [EpollItem] = []
        var next = 0
        var count = 0
        defer { putBack(taken, from: next, behind: again) }
        while next < taken.count, count < most {
            let item = taken[next]
            item.isQueued = false
            let found = item.look()
            if !found.isEmpty {
                do throws(Errno) { try report(count, found, item.data) } catch {
                    item.isQueued = true
                    if count > 0 { return count }
                    throw error
                }
                count += 1
                if item.wasReported(), !item.isQueued {
                    item.isQueued = true
                    again.append(item)
                }
            }
            next += 1
        }
        return count
    }

    /// What was not looked at stays in front, what was reported and is level-triggered goes to the end.
    private func putBack(_ taken: [EpollItem], from next: Int, behind again: [EpollItem]) {
        if next == taken.count, ready.isEmpty, again.isEmpty { return }
        var list: [EpollItem] = []
        list.reserveCapacity(taken.count - next + ready.count + again.count)
        for index in next..<taken.count where !taken[index].isRemoved { list.append(taken[index]) }
        for item in ready where !item.isRemoved { list.append(item) }
        for item in again where !item.isRemoved { list.append(item) }
        ready = list
    }

    // MARK: As a file that is watched itself

    /// Looks at the list until one is ready; those that are not leave it.
    override func readiness() -> PollEvents {
        while let item = ready.first {
            if !item.look().isEmpty { return .readable }
            // Looking may have given the lock up.
            guard let place = ready.firstIndex(where: { $0 === item }) else { continue }
            ready.remove(at: place)
            item.isQueued = false
        }
        return []
    }

    override var isPollable: Bool { true }
    /// It has no place, and Linux does not mind.
    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { 0 }
    override var waitQueues: [WaitQueue] { [queue] }
}
