/// What is known of a host socket's readiness without asking the host.
///
/// The host tells edges; between two of them the outcome of calls says more. What may have changed while a call was under way is not
/// concluded from it: every change counts, and a call that began before the last one leaves what is unknown.
struct SocketReadiness {
    private enum Fact {
        case unknown
        case yes
        case no
    }

    private var readable = Fact.unknown
    private var writable = Fact.unknown
    /// Error, hang-up, the peer's end and urgent data, as last told.
    private var marks: PollEvents = []
    /// Counts what was learned.
    private(set) var version: UInt64 = 0

    private static let marking: PollEvents = [.urgent, .error, .hangUp, .readHangUp]

    var isKnown: Bool { readable != .unknown && writable != .unknown }

    var events: PollEvents {
        var events = marks
        if readable == .yes { events.insert(.readable) }
        if writable == .yes { events.insert(.writable) }
        return events
    }

    /// Nobody would get anything now; the next edge changes that.
    var isNotReadable: Bool { readable == .no }
    var isNotWritable: Bool { writable == .no }

    /// A look at the whole of the socket, which began when `seen` was the version.
    mutating func look(_ events: PollEvents, since seen: UInt64) {
        guard version == seen else { return forget() }
        tell(events)
    }

    /// What the host said when nothing else was under way.
    mutating func tell(_ events: PollEvents) {
        version &+= 1
        readable = events.contains(.readable) ? .yes : .no
        writable = events.contains(.writable) ? .yes : .no
        marks = events.intersection(Self.marking)
    }

    /// A read brought less than it asked for: all there was, unless it ended before an urgent byte.
    mutating func readShort(since seen: UInt64) {
        if marks.contains(.urgent) { return readOn() }
        readable = version != seen ? .unknown : isEnding ? .yes : .no
        version &+= 1
    }

    /// A read found nothing.
    ///
    /// An end or an error would have been something: such marks are no longer true, as those of a socket that did not listen yet.
    mutating func foundNothing(since seen: UInt64) {
        readable = version != seen || isEnding ? .unknown : .no
        version &+= 1
    }

    private var isEnding: Bool { !marks.isDisjoint(with: [.error, .hangUp, .readHangUp]) }

    /// A write found no room, or less than it asked for.
    mutating func filled(since seen: UInt64) {
        writable = version != seen ? .unknown : .no
        version &+= 1
    }

    /// Something was read, and nobody knows whether there is more.
    mutating func readOn() {
        readable = .unknown
        version &+= 1
    }

    /// Something happened that may have changed everything.
    mutating func forget() {
        readable = .unknown
        writable = .unknown
        version &+= 1
    }
}
