import Glibc

/// Signals by the names and numbers that `kill` takes.
package enum SignalName {
    private static let numbers: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "IOT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
        "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CONT": 18, "STOP": 19,
        "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27, "WINCH": 28,
        "IO": 29, "POLL": 29, "PWR": 30, "SYS": 31, "RTMIN": 34, "RTMAX": 64,
    ]

    /// `9`, `KILL`, `SIGKILL`, `sigkill`, `RTMIN+3`; `nil` for anything else.
    package static func number(_ text: String) -> Int32? {
        if let number = Int32(text) { return (0...64).contains(number) ? number : nil }
        let upper = text.uppercased()
        let short = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        if let number = numbers[short] { return number }
        if short.hasPrefix("RTMIN+"), let offset = Int32(short.dropFirst(6)), (0...30).contains(offset) { return 34 + offset }
        if short.hasPrefix("RTMAX-"), let offset = Int32(short.dropFirst(6)), (0...30).contains(offset) { return 64 - offset }
        return nil
    }
}
