/// An epoll: a set of open files and what to report of each.
final class EpollFile: OpenFile {
    private struct Item {
        let file: OpenFile
        let descriptor: Int32
        var events: UInt32
        var data: UInt64
        /// The file's change count and readiness when it was last reported edge-triggered.
        var reportedChange: UInt64?
        var reported: PollEvents = []
        /// A one-shot item that fired.
        var isSpent = false
    }

    static let edge: UInt32 = 1 << 31
    static let oneShot: UInt32 = 1 << 30
    private static let exclusive: UInt32 = 1 << 28
    private static let wakeUp: UInt32 = 1 << 29
    private static let options = edge | oneShot | exclusive | wakeUp

    private var items: [Item] = []
    /// Where the next report begins, so that a full result does not starve the rest.
    private var next = 0
    private let queue = WaitQueue()

    nonisolated(unsafe) private static var all: [EpollFile] = []

    init(flags: UInt32) {
        let node = AnonymousNode(AnonymousFileSystem.others, kind: .anonymous)
        super.init(node: node, path: Bytes(text: "anon_inode:[eventpoll]"), flags: OpenFlags.readWrite)
        Self.all.append(self)
    }

    /// Takes a file whose last descriptor went out of every set.
    static func forget(_ file: OpenFile) {
        for epoll in all { epoll.items.removeAll { $0.file === file } }
    }

    override func closed() {
        items = []
        Self.all.removeAll { $0 === self }
    }

    // MARK: The set

    func add(_ file: OpenFile, _ descriptor: Int32, events: UInt32, data: UInt64) throws(Errno) {
        guard file !== self else { throw .EINVAL }
        if let inner = file as? EpollFile, inner.reaches(self, depth: 0) { throw .ELOOP }
        guard find(file, descriptor) == nil else { throw .EEXIST }
        items.append(Item(file: file, descriptor: descriptor, events: events, data: data))
        queue.wakeAll()
    }

    func change(_ file: OpenFile, _ descriptor: Int32, events: UInt32, data: UInt64) throws(Errno) {
        guard let place = find(file, descriptor) else { throw .ENOENT }
        items[place] = Item(file: file, descriptor: descriptor, events: events, data: data)
        queue.wakeAll()
    }

    func remove(_ file: OpenFile, _ descriptor: Int32) throws(Errno) {
        guard let place = find(file, descriptor) else { throw .ENOENT }
        items.remove(at: place)
    }

    /// Whether `other` is below this set, or it is deeper than Linux allows.
    private func reaches(_ other: EpollFile, depth: Int) -> Bool {
        guard depth < 5 else { return true }
        for item in items {
            guard let inner = item.file as? EpollFile else { continue }
            if inner === other || inner.reaches(other, depth: depth + 1) { return true }
        }
        return false
    }

    private func find(_ file: OpenFile, _ descriptor: Int32) -> Int? {
        items.firstIndex { $0.file === file && $0.descriptor == descriptor }
    }

    // MARK: Waiting

    /// Up to `most` events; none after the deadline.
    ///
    /// BLOCKS.
    func wait(most: Int, until deadline: UInt64?) throws(Errno) -> [(events: UInt32, data: UInt64)] {
        while true {
            var polled = pollItems()
            _ = PollWait.look(&polled)
            let found = collect(polled, most: most)
            if !found.isEmpty { return found }
            if let deadline, deadline <= Clock.monotonic() {
                try HostWait.checkSignals()
                return []
            }
            try pause(polled, until: deadline)
        }
    }

    private func pollItems() -> [PollWait.Item] {
        var list: [PollWait.Item] = []
        list.reserveCapacity(items.count)
        for item in items {
            let wanted: PollEvents = item.isSpent ? [] : PollEvents(rawValue: item.events & ~Self.options)
            list.append(PollWait.Item(file: item.file, wanted: wanted))
        }
        return list
    }

    /// The readiness was asked for while others may have changed the set: items are matched by file.
    private func collect(_ polled: [PollWait.Item], most: Int) -> [(events: UInt32, data: UInt64)] {
        var found: [(events: UInt32, data: UInt64)] = []
        let count = items.count
        guard count == polled.count else { return found }
        if next >= count { next = 0 }
        let start = next
        for step in 0..<count where found.count < most {
            let place = (start + step) % count
            guard items[place].file === polled[place].file, !items[place].isSpent else { continue }
            let ready = polled[place].ready
            if report(place, ready) {
                found.append((events: ready.rawValue & (items[place].events | PollEvents.always.rawValue), data: items[place].data))
                if items[place].events & Self.oneShot != 0 { items[place].isSpent = true }
                next = place + 1
            }
        }
        return found
    }

    private func report(_ place: Int, _ ready: PollEvents) -> Bool {
        guard items[place].events & Self.edge != 0 else { return !ready.isEmpty }
        let change = items[place].file.changeCount
        let isNew = items[place].reportedChange != change || !ready.isSubset(of: items[place].reported)
        items[place].reportedChange = change
        items[place].reported = ready
        return isNew && !ready.isEmpty
    }

    private func pause(_ polled: [PollWait.Item], until deadline: UInt64?) throws(Errno) {
        // A host stream that is ready but was reported already would end the host's wait at once, again and again.
        let isReported = polled.contains { $0.file.hostStream != nil && !$0.ready.isEmpty }
        do throws(Errno) {
            if isReported {
                try PollWait.pauseInside(polled, until: deadline, beside: queue)
            } else {
                try PollWait.pause(polled, until: deadline, beside: queue)
            }
        } catch {
            if error != .ETIMEDOUT { throw error }
        }
    }

    override func readiness() -> PollEvents {
        for item in items where !item.isSpent {
            let wanted = PollEvents(rawValue: item.events & ~Self.options).union(.always)
            if !item.file.readiness().intersection(wanted).isEmpty { return .readable }
        }
        return []
    }

    override var isPollable: Bool { true }

    override var changeCount: UInt64 {
        var sum: UInt64 = 0
        for item in items { sum &+= item.file.changeCount }
        return sum
    }

    override var waitQueues: [WaitQueue] {
        var queues = [queue]
        for item in items { queues.append(contentsOf: item.file.waitQueues) }
        return queues
    }
}
