import Glibc
import Linux
import OCI

/// Where messages go: to the file of `--log`, and to stderr errors always, the rest where no log was named.
package struct RuntimeLog: Sendable {
    package enum Level: String, Sendable { case debug, info, warning, error }

    package var path: String?
    package var json = false
    package var debug = false

    package init() {}

    package func warning(_ message: String) { write(.warning, message) }
    package func error(_ message: String) { write(.error, message) }
    package func debug(_ message: @autoclosure () -> String) {
        if debug { write(.debug, message()) }
    }

    private func write(_ level: Level, _ message: String) {
        // Where there is a log, stderr is the program's: engines pass its streams, and take the rest for the reason of a failure.
        if path == nil || level == .error {
            Self.append((level == .error ? "rune: " : "rune: \(level.rawValue): ") + message + "\n", to: 2)
        }
        guard let path, let file = try? FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o644) else { return }
        Self.append(line(level, message), to: file.raw)
    }

    private func line(_ level: Level, _ message: String) -> String {
        let time = Timestamp.now()
        guard json else {
            let quoted = String(decoding: JSONWriter.write(.string(message)), as: UTF8.self)
            return "time=\"\(time)\" level=\(level.rawValue) msg=\(quoted)\n"
        }
        let object: JSON = [
            "level": .string(level.rawValue), "msg": .string(message), "time": .string(time),
        ]
        return String(decoding: JSONWriter.write(object), as: UTF8.self) + "\n"
    }

    private static func append(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
