/// Amounts of memory in words.
enum Amount {
    /// In the largest unit that loses nothing, MiB at most, GiB from 10 GiB on.
    static func text(_ bytes: UInt64) -> String {
        if bytes >= 10 << 30, bytes % (1 << 30) == 0 { return "\(bytes >> 30) GiB" }
        if bytes % (1 << 20) == 0 { return "\(bytes >> 20) MiB" }
        return bytes % 1024 == 0 ? "\(bytes >> 10) KiB" : "\(bytes) bytes"
    }
}
