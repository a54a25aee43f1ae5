/// Where the file calls say what they did, for those who watch the files.
///
/// The directory a file was reached through is told with the file's name, then the file itself without one. Nothing is looked at
/// while nobody watches anything.
enum FileNotices {
    nonisolated(unsafe) private static var lastCookie: UInt32 = 0

    // MARK: Open files

    @inline(__always)
    static func accessed(_ file: OpenFile) {
        if FileWatch.count > 0 { tell(.accessed, of: file) }
    }

    @inline(__always)
    static func modified(_ file: OpenFile) {
        if FileWatch.count > 0 { tell(.modified, of: file) }
    }

    @inline(__always)
    static func opened(_ file: OpenFile) {
        if FileWatch.count > 0 { tell(.opened, of: file) }
    }

    /// The last descriptor of the file went, and with it perhaps the file.
    @inline(__always)
    static func closed(_ file: OpenFile) {
        guard FileWatch.count > 0 else { return }
        tell(file.canWrite ? .closedWritable : .closedReadOnly, of: file)
        endIfRemoved(file.node)
    }

    private static func tell(_ events: FileEvents, of file: OpenFile) {
        guard !file.isPathOnly else { return }
        tell(events, of: file.place)
    }

    // MARK: Attributes

    @inline(__always)
    static func changed(_ events: FileEvents, of place: NamedNode) {
        if FileWatch.count > 0 { tell(events, of: place) }
    }

    private static func tell(_ events: FileEvents, of place: NamedNode) {
        let events = place.node.isDirectory ? events.union(.isDirectory) : events
        if let directory = place.directory {
            for watch in directory.watches where watch.concerns(events, place) { watch.tell(events, name: place.name, cookie: 0) }
        }
        for watch in place.node.watches where watch.concerns(events, place) { watch.tell(events, name: [], cookie: 0) }
    }

    // MARK: Names

    static func created(_ name: Bytes, in directory: Node, isDirectory: Bool) {
        guard FileWatch.count > 0 else { return }
        tell(.created, name, in: directory, isDirectory: isDirectory)
    }

    /// A further name of a file.
    static func linked(_ node: Node, _ name: Bytes, in directory: Node) {
        guard FileWatch.count > 0 else { return }
        for watch in node.watches { watch.tell(.attributes, name: [], cookie: 0) }
        tell(.created, name, in: directory, isDirectory: false)
    }

    static func removed(_ node: Node, _ name: Bytes, from directory: Node) {
        guard FileWatch.count > 0 else { return }
        lostName(node)
        endIfRemoved(node)
        tell(.deleted, name, in: directory, isDirectory: node.isDirectory)
    }

    /// `replaced` is what had the new name and has it no more.
    static func moved(
        _ node: Node, from old: PathWalk.Result, to new: PathWalk.Result, replacing replaced: Node?
    ) {
        guard FileWatch.count > 0 else { return }
        lastCookie = lastCookie == UInt32.max ? 1 : lastCookie + 1
        tell(.movedFrom, old.name, in: old.parent, isDirectory: node.isDirectory, cookie: lastCookie)
        tell(.movedTo, new.name, in: new.parent, isDirectory: node.isDirectory, cookie: lastCookie)
        if let replaced { lostName(replaced) }
        for watch in node.watches { watch.tell(.selfMoved, name: [], cookie: 0) }
        if let replaced { endIfRemoved(replaced) }
    }

    private static func tell(_ events: FileEvents, _ name: Bytes, in directory: Node, isDirectory: Bool, cookie: UInt32 = 0) {
        let events = isDirectory ? events.union(.isDirectory) : events
        for watch in directory.watches { watch.tell(events, name: name, cookie: cookie) }
    }

    private static func lostName(_ node: Node) {
        guard !node.isDirectory else { return }
        for watch in node.watches { watch.tell(.attributes, name: [], cookie: 0) }
    }

    /// A file is no more when it has neither a name nor a descriptor.
    private static func endIfRemoved(_ node: Node) {
        guard !node.watches.isEmpty, node.openFiles == 0, (try? node.status().links) == 0 else { return }
        for watch in node.watches {
            watch.tell(.selfDeleted, name: [], cookie: 0)
            watch.nodeEnded()
        }
    }
}
