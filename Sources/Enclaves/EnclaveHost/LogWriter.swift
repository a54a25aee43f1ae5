import Glibc
import Synchronization
import Wire

/// Log lines of the enclave and of its host half: `inclavare: level: text`, one line and one write each.
final class LogWriter: Sendable {
    private static let longest = 8192

    private let descriptor: Int32
    /// Lines at level error of an enclave that is starting, why it would not; `nil` at other times.
    private let reasons = Mutex<[String]?>(nil)
    private static let mostReasons = 16

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func serve(_ call: CallView) -> Int64 {
        let text = Self.printable(call.bytes(min(call.length(1), Self.longest)))
        guard let level = LogLevel(rawValue: UInt32(truncatingIfNeeded: call.argument(0))) else { return -Int64(EINVAL) }
        write(level, text)
        return 0
    }

    /// Errors are kept back between `beginStart` and the end of the start, whose error they become.
    func write(_ level: LogLevel, _ text: String) {
        let isKept = reasons.withLock { held in
            guard level == .error, let count = held?.count, count < Self.mostReasons else { return false }
            held?.append(text)
            return true
        }
        if !isKept { print(level, text) }
    }

    private func print(_ level: LogLevel, _ text: String) {
        let line = Array("inclavare: \(level): \(text)\n".utf8)
        _ = Glibc.write(descriptor, line, line.count)
    }

    func beginStart() { reasons.withLock { $0 = [] } }

    /// The enclave started: what was kept back is written, and from now on everything at once.
    func noteStart() {
        for text in takeReasons() { print(.error, text) }
    }

    /// Why the enclave would not start, the first cause first; what only says that something failed comes last and is left out.
    func takeRefusal() -> String? {
        let reasons = takeReasons()
        return reasons.count > 1 ? reasons.dropLast().joined(separator: "; ") : reasons.last
    }

    private func takeReasons() -> [String] {
        reasons.withLock { held in
            defer { held = nil }
            return held ?? []
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
