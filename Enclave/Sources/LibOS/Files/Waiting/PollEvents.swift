/// What a file is ready for; the bits `poll` and `epoll` share.
struct PollEvents: OptionSet {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }

    static let readable = PollEvents(rawValue: 0x041)
    static let urgent = PollEvents(rawValue: 0x002)
    static let writable = PollEvents(rawValue: 0x104)
    static let error = PollEvents(rawValue: 0x008)
    static let hangUp = PollEvents(rawValue: 0x010)
    /// POLLNVAL.
    static let invalid = PollEvents(rawValue: 0x020)
    /// POLLRDHUP.
    static let readHangUp = PollEvents(rawValue: 0x2000)

    /// Everything that may have happened.
    static let any = PollEvents(rawValue: UInt32.max)

    /// Reported whether or not they were asked for.
    static let always: PollEvents = [.error, .hangUp, .invalid]
}
