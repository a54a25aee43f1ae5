/// An inotify instance: the watches of a program, and the events it has not read.
final class InotifyFile: OpenFile {
    private var watches: [FileWatch] = []
    private var lastDescriptor: Int32 = 0
    private var events: [InotifyEvent] = []
    /// Events before it were read.
    private var first = 0
    private var bytes = 0
    private let queue = WaitQueue()

    /// fs.inotify.max_user_instances, max_user_watches and max_queued_events.
    static let mostInstances = 128
    static let mostWatches = 65536
    static let mostEvents = 16384

    nonisolated(unsafe) private static var instances = 0

    init(flags: UInt32) throws(Errno) {
        guard Self.instances < Self.mostInstances else { throw .EMFILE }
        Self.instances += 1
        super.init(
            node: AnonymousNode(AnonymousFileSystem.others, kind: .anonymous), path: Bytes(text: "anon_inode:inotify"),
            flags: OpenFlags.readOnly | flags & OpenFlags.nonBlocking)
    }

    deinit { Self.instances -= 1 }

    // MARK: Watches

    /// Watches `node`, or changes how it does; returns the watch's number.
    func watch(_ node: Node, _ mask: FileEvents) throws(Errno) -> Int32 {
        let wanted = mask.intersection(FileEvents.all.union([.onlyNamed, .once]))
        if let known = node.watches.first(where: { watch in watches.contains { $0 === watch } }) {
            if mask.contains(.onlyNew) { throw .EEXIST }
            known.wanted = mask.contains(.addsToMask) ? known.wanted.union(wanted) : wanted
            return known.descriptor
        }
        guard FileWatch.count < Self.mostWatches, lastDescriptor < Int32.max else { throw .ENOSPC }
        lastDescriptor += 1
        watches.append(FileWatch(lastDescriptor, on: node, for: self, wanted: wanted))
        return lastDescriptor
    }

    func removeWatch(_ descriptor: Int32) throws(Errno) {
        guard let watch = watches.first(where: { $0.descriptor == descriptor }) else { throw .EINVAL }
        end(watch)
    }

    /// The watch is gone, and the program is told.
    func end(_ watch: FileWatch) {
        guard let place = watches.firstIndex(where: { $0 === watch }) else { return }
        watches.remove(at: place)
        watch.detach()
        append(InotifyEvent(watch: watch.descriptor, events: .ignored, cookie: 0, name: []))
    }

    override func closed() {
        for watch in watches { watch.detach() }
        watches = []
        events = []
    }

    // MARK: Events

    func append(_ event: InotifyEvent) {
        if first < events.count, events[events.count - 1].covers(event) { return }
        var event = event
        if events.count - first >= Self.mostEvents {
            // Once, until somebody reads.
            guard !events[events.count - 1].events.contains(.overflow) else { return }
            event = InotifyEvent(watch: -1, events: .overflow, cookie: 0, name: [])
        }
        events.append(event)
        bytes += event.length
        queue.wakeAll(.readable)
    }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        while first == events.count {
            if isNonBlocking { throw .EAGAIN }
            try block(on: [queue], until: nil)
        }
        guard buffer.count >= events[first].length else { throw .EINVAL }
        var done = 0
        while first < events.count, events[first].length <= buffer.count - done {
            let record = events[first].encoded
            do throws(Errno) { try buffer.copyOut(record, at: done) } catch {
                // The event that could not be written is lost, as in Linux.
                forgetFirst()
                throw error
            }
            forgetFirst()
            done += record.count
        }
        return done
    }

    private func forgetFirst() {
        bytes -= events[first].length
        first += 1
        guard first == events.count || first >= 1024 else { return }
        events.removeFirst(first)
        first = 0
    }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EBADF }

    override func ioctl(_ request: UInt64, _ argument: UInt64) throws(Errno) -> Int64 {
        guard request == TerminalRequest.bytesReadable else { throw .ENOTTY }
        try userStore(Int32(clamping: bytes), to: argument)
        return 0
    }

    // MARK: Waiting

    override func readiness() -> PollEvents { first < events.count ? .readable : [] }
    override var waitQueues: [WaitQueue] { [queue] }
    override var isPollable: Bool { true }
}
