import CLinux
import Glibc
import Linux

/// What a library writes to its error stream while it is loaded and initialised: kept, so that it is there when the library takes the process
/// with it.
///
/// Made before the clone: both sides have the descriptor.
struct LibraryTranscript: Sendable {
    private static let longest = 64 << 10
    private static let longestQuote = 400

    private let file: Int32

    init() throws(RuntimeError) {
        file = try RuntimeError.wrap { try SystemCallError.check(cl_make_memory_file("transcript"), "make a file in memory") }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }

    /// Runs `body` with the error stream in the transcript; what came goes to the stream afterwards.
    func keep<Value: ~Copyable>(_ body: () throws(RuntimeError) -> Value) throws(RuntimeError) -> Value {
        let stream = fcntl(2, F_DUPFD_CLOEXEC, 3)
        let before = text.utf8.count
        dup2(file, 2)
        defer {
            fflush(nil)
            dup2(stream, 2)
            close(stream)
            var added = Array(text.utf8.dropFirst(before))
            write(2, &added, added.count)
        }
        return try body()
    }

    private var text: String {
        var bytes = [UInt8](repeating: 0, count: Self.longest)
        let count = max(0, pread(file, &bytes, bytes.count, 0))
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// The last line, for an error of one line: ": it said: …", or nothing.
    var quotation: String {
        guard let line = text.split(separator: "\n").last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return "" }
        let plain = line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? "?" : Character($0) }.prefix(Self.longestQuote)
        return "; it said: " + String(plain)
    }

    /// For the side that stays when the process of the library ended in the middle of it.
    func copyToErrors() {
        var bytes = Array(text.utf8)
        write(2, &bytes, bytes.count)
    }
}
