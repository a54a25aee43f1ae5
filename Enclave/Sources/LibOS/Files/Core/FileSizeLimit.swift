/// RLIMIT_FSIZE: no write and no truncation makes a file longer than that.
enum FileSizeLimit {
    private static let resource = 1
    private static let exceeded: Int32 = 25

    /// The part of a write at `offset` that is within the limit; EFBIG and SIGXFSZ when none is.
    static func cut(_ buffer: IOBuffer, at offset: UInt64) throws(Errno) -> IOBuffer {
        guard let thread = currentThreadIfAny() else { return buffer }
        let limit = thread.process.limits[resource].soft
        guard limit < UInt64(Int64.max), buffer.count > 0 else { return buffer }
        guard offset < limit else { throw refusal(thread) }
        return buffer.slice(from: 0, count: Int(clamping: min(UInt64(buffer.count), limit - offset)))
    }

    /// Checks the new size of a file that grows.
    static func check(_ size: UInt64, growingFrom old: UInt64) throws(Errno) {
        guard size > old, let thread = currentThreadIfAny() else { return }
        guard size <= thread.process.limits[resource].soft else { throw refusal(thread) }
    }

    private static func refusal(_ thread: Thread) -> Errno {
        thread.raise(exceeded)
        return .EFBIG
    }
}
