/// Seconds and nanoseconds since 1970, as the file structures of Linux hold them.
struct FileTime: Equatable {
    var seconds: Int64
    var nanoseconds: UInt32

    init(seconds: Int64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    init(clock: UInt64) {
        seconds = Int64(clock / 1_000_000_000)
        nanoseconds = UInt32(clock % 1_000_000_000)
    }

    static func now() -> FileTime { FileTime(clock: Clock.realtime()) }
}
