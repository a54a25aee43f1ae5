/// struct timespec, as nanoseconds.
enum TimeSpec {
    static func load(_ address: UInt64) throws(Errno) -> UInt64 {
        let seconds = try userLoad(address, as: Int64.self)
        let nanoseconds = try userLoad(address &+ 8, as: Int64.self)
        guard seconds >= 0, nanoseconds >= 0, nanoseconds < 1_000_000_000 else { throw .EINVAL }
        // Beyond 292 years it is for ever.
        guard seconds < 9_000_000_000 else { return UInt64(Int64.max) }
        return UInt64(seconds) * 1_000_000_000 + UInt64(nanoseconds)
    }

    static func store(_ time: UInt64, to address: UInt64) throws(Errno) {
        try userStore(Int64(time / 1_000_000_000), to: address)
        try userStore(Int64(time % 1_000_000_000), to: address &+ 8)
    }
}
