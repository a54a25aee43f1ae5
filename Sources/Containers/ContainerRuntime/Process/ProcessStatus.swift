import Linux

/// What /proc/PID/stat says of a process.
struct ProcessStatus {
    let state: Character
    let startTime: UInt64

    /// `nil`: there is no such process.
    init?(pid: Int32) {
        guard pid > 0, let text = try? FileContents.text("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let startTime = UInt64(fields[19]) else { return nil }
        self.state = state
        self.startTime = startTime
    }

    var isAlive: Bool { state != "Z" && state != "X" }
}
