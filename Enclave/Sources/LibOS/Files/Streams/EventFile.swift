/// An eventfd: a 64-bit counter to wait for.
final class EventFile: OpenFile {
    private var value: UInt64
    private let isSemaphore: Bool
    private let queue = WaitQueue()

    static let semaphore: UInt32 = 1

    init(value: UInt32, flags: UInt32) {
        self.value = UInt64(value)
        isSemaphore = flags & Self.semaphore != 0
        let node = AnonymousNode(AnonymousFileSystem.others, kind: .anonymous)
        super.init(
            node: node, path: Bytes(text: "anon_inode:[eventfd]"),
            flags: OpenFlags.readWrite | flags & OpenFlags.nonBlocking)
    }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count >= 8 else { throw .EINVAL }
        while value == 0 {
            if isNonBlocking { throw .EAGAIN }
            try block(on: [queue], until: nil)
        }
        var taken = isSemaphore ? 1 : value
        try withUnsafeBytes(of: &taken) { (raw) throws(Errno) in
            if let base = raw.baseAddress { try buffer.copyOut(base, 8, at: 0) }
        }
        value -= taken
        moved(.writable)
        return 8
    }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count >= 8 else { throw .EINVAL }
        var added: UInt64 = 0
        try withUnsafeMutableBytes(of: &added) { (raw) throws(Errno) in
            if let base = raw.baseAddress { try buffer.copyIn(base, 8, at: 0) }
        }
        guard added != UInt64.max else { throw .EINVAL }
        while added >= UInt64.max - value {
            if isNonBlocking { throw .EAGAIN }
            try block(on: [queue], until: nil)
        }
        value += added
        moved(.readable)
        return 8
    }

    private func moved(_ events: PollEvents) {
        queue.wakeAll(events)
    }

    override func readiness() -> PollEvents {
        var events: PollEvents = []
        if value > 0 { events.insert(.readable) }
        if value == UInt64.max { events.insert(.error) }
        if value < UInt64.max - 1 { events.insert(.writable) }
        return events
    }

    override var waitQueues: [WaitQueue] { [queue] }
    override var isPollable: Bool { true }
    /// It has no place, and Linux does not mind.
    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { 0 }
}
