/// What one inotify instance wants to know of one file or directory.
final class FileWatch {
    /// The number the program knows it by.
    let descriptor: Int32
    let node: Node
    fileprivate let instance: InotifyFile
    /// Events, and `onlyNamed` and `once`.
    var wanted: FileEvents

    /// How many there are: while there is none, nothing is looked at.
    nonisolated(unsafe) private(set) static var count = 0

    init(_ descriptor: Int32, on node: Node, for instance: InotifyFile, wanted: FileEvents) {
        self.descriptor = descriptor
        self.node = node
        self.instance = instance
        self.wanted = wanted
        node.watches.append(self)
        Self.count += 1
    }

    /// The file does not know of it any more.
    func detach() {
        guard let place = node.watches.firstIndex(where: { $0 === self }) else { return }
        node.watches.remove(at: place)
        Self.count -= 1
    }

    /// Tells the program if it wants to know: `name` is that in the watched directory, empty where the event is of the watched file itself.
    func tell(_ events: FileEvents, name: Bytes, cookie: UInt32) {
        guard !wanted.isDisjoint(with: events.intersection(.all)) else { return }
        var told = events
        // As Linux always had it.
        if !events.isDisjoint(with: [.selfDeleted, .selfMoved]) { told.remove(.isDirectory) }
        instance.append(InotifyEvent(watch: descriptor, events: told, cookie: cookie, name: name))
        if wanted.contains(.once) { instance.end(self) }
    }

    /// Whether it is about files that lost their name, where they have.
    func concerns(_ events: FileEvents, _ place: NamedNode) -> Bool {
        !wanted.contains(.onlyNamed) || events.isDisjoint(with: .ofOpenFiles) || place.isNamed
    }

    /// The file is no more.
    func nodeEnded() { instance.end(self) }
}
