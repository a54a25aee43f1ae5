import Linux

/// What /proc/PID/stat says of a process.
struct ProcessStatus {
    let state: Character
    let startTime: UInt64

    /// `nil`: there is no such process.
    init?(pid: Int32) {
        guard pid > 0, let line = try? FileContents.read("/proc/\(pid)/stat") else { return nil }
        self.init(line: line)
    }

    /// By bytes: the name in it, between brackets, is whatever the process likes, and could make one character of what follows and the
    /// bracket.
    init?(line: [UInt8]) {
        guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[line.index(after: end)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first, let startTime = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        self.state = Character(Unicode.Scalar(state))
        self.startTime = startTime
    }

    var isAlive: Bool { state != "Z" && state != "X" }
}
