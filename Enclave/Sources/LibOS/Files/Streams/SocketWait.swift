/// How long one call on a socket may wait: not at all, until the socket's time-out, or for ever.
struct SocketWait {
    let isImmediate: Bool
    private let deadline: UInt64?

    /// `timeout` in nanoseconds; 0 is none.
    init(nonBlocking: Bool, timeout: UInt64) {
        isImmediate = nonBlocking
        deadline = nonBlocking || timeout == 0 ? nil : Clock.monotonic() &+ timeout
    }

    /// EAGAIN when the call may not wait, or no longer.
    ///
    /// BLOCKS.
    func pause(on queue: WaitQueue) throws(Errno) {
        if isImmediate { throw .EAGAIN }
        do throws(Errno) { try block(on: [queue], until: deadline) } catch {
            // A time-out would begin anew.
            if error == .EINTR, deadline != nil { currentThread.restart = .never }
            throw error == .ETIMEDOUT ? .EAGAIN : error
        }
    }
}
