import Glibc
import Synchronization
import Wire

/// Log lines of the enclave and of its host half: `inclavare: level: text`, one line and one write each.
final class LogWriter: Sendable {
    private static let longest = 8192

    private let descriptor: Int32
    /// The enclave's last line at level error: why a boot was refused.
    private let lastError = Mutex<String?>(nil)

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func serve(_ call: CallView) -> Int64 {
        let text = Self.printable(call.bytes(min(call.length(1), Self.longest)))
        guard let level = LogLevel(rawValue: UInt32(truncatingIfNeeded: call.argument(0))) else { return -Int64(EINVAL) }
        if level == .error { lastError.withLock { $0 = text } }
        write(level, text)
        return 0
    }

    func write(_ level: LogLevel, _ text: String) {
        let line = Array("inclavare: \(level): \(text)\n".utf8)
        _ = Glibc.write(descriptor, line, line.count)
    }

    func takeLastError() -> String? {
        lastError.withLock { held in
            defer { held = nil }
            return held
        }
    }

    /// What the enclave writes is untrusted to a terminal: control characters become `?`.
    private static func printable(_ bytes: [UInt8]) -> String {
        var clean = bytes
        while clean.last == 0x0a { clean.removeLast() }
        for index in clean.indices where clean[index] < 0x20 || clean[index] == 0x7f { clean[index] = 0x3f }
        return String(decoding: clean, as: UTF8.self)
    }
}
