import EnclaveRuntime
import Wire

/// One of the host's streams as something to wait for: read and written at once, and watched from the first wait on.
///
/// Files the host cannot watch, such as regular ones, are always ready. All files that were opened of a stream share this.
final class StreamSource {
    private enum Watch {
        /// Nobody has waited yet.
        case notAsked
        case refused
        case kept
    }

    let stream: Int
    private var watch = Watch.notAsked
    private let source = HostSource()

    init(_ stream: Int) { self.stream = stream }

    var queue: WaitQueue { source.queue }

    /// Whether it can be waited for.
    ///
    /// BLOCKS.
    func isWatchable() -> Bool {
        if watch == .notAsked { askHost() }
        return watch == .kept
    }

    // MARK: Readiness

    /// Asks the host until nothing happened meanwhile: whoever waits after this missed nothing.
    ///
    /// BLOCKS.
    func readiness() -> PollEvents {
        while isWatchable() {
            if source.state.isKnown { return source.state.events }
            askHost()
        }
        return [.readable, .writable]
    }

    private func askHost() {
        if watch == .notAsked {
            // Before the call: from its end on there may be news.
            HostEvents.add(source, as: UInt32(stream))
            watch = .kept
        }
        let seen = source.state.version
        source.callBegins()
        let events = Host.watchStream(stream)
        source.callEnded()
        guard let events else { return giveUp() }
        source.state.look(events, since: seen)
    }

    private func giveUp() {
        guard watch == .kept else { return }
        watch = .refused
        HostEvents.remove(UInt32(stream))
        source.changed()
    }

    // MARK: Data

    private static let end: PollEvents = [.error, .hangUp]

    /// As much as there is, up to the call area's size; waits for it unless `nonBlocking`.
    ///
    /// BLOCKS.
    func read(_ buffer: IOBuffer, nonBlocking: Bool) throws(Errno) -> Int {
        while true {
            if !isKnown(not: .readable) {
                let count = min(buffer.count, CallFrame.dataLength)
                if let got = try transfer({ () throws(Errno) in Host.readStream(stream, count: count) }, most: count) {
                    try buffer.copyOut(from: HostCallArea(), at: 0, got, to: 0)
                    return got
                }
            }
            if nonBlocking { throw .EAGAIN }
            try pause(for: .readable)
        }
    }

    /// As much from `start` on as there is room for, a byte at least; waits for it unless `nonBlocking`.
    ///
    /// BLOCKS.
    func write(_ buffer: IOBuffer, from start: Int, nonBlocking: Bool) throws(Errno) -> Int {
        while true {
            if !isKnown(not: .writable) {
                let count = min(buffer.count - start, CallFrame.dataLength)
                let written = try transfer(
                    { () throws(Errno) in try Host.writeStream(stream, buffer, from: start, count: count) }, most: count)
                if let written {
                    guard written > 0 else { throw .EIO }
                    return written
                }
            }
            if nonBlocking { throw .EAGAIN }
            try pause(for: .writable)
        }
    }

    /// What a call moved; `nil` where that was nothing and a wait or another call is due.
    private func transfer(_ call: () throws(Errno) -> Int64, most: Int) throws(Errno) -> Int? {
        let seen = source.state.version
        let result = try atHost(call)
        guard result < 0 else { return try moved(result, most: most, since: seen) }
        let code = Host.checked(result, most: 0)
        source.state.forget()
        if code == -Int(Errno.EAGAIN.code) { return nil }
        if try HostWait.isMadeAgain(code) { return nil }
        throw Errno(code: Int32(clamping: -code))
    }

    private func atHost(_ call: () throws(Errno) -> Int64) throws(Errno) -> Int64 {
        source.callBegins()
        defer { source.callEnded() }
        return try call()
    }

    private func moved(_ result: Int64, most: Int, since seen: UInt64) throws(Errno) -> Int {
        let count = Int(result & 0xffff_ffff)
        let upper = UInt32(truncatingIfNeeded: result >> 32)
        guard count <= most else { throw .EIO }
        if upper & NetworkFrame.known != 0 {
            source.state.look(HostNetwork.events(upper), since: seen)
        } else {
            source.state.forget()
        }
        return count
    }

    /// Only what is watched stays as it is known to be.
    private func isKnown(not event: PollEvents) -> Bool {
        watch == .kept && source.state.isKnown && source.state.events.isDisjoint(with: Self.end.union(event))
    }

    private func pause(for event: PollEvents) throws(Errno) {
        if readiness().isDisjoint(with: Self.end.union(event)) { try block(on: [queue], until: nil) }
    }
}
