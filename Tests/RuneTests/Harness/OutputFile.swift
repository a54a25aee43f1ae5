import Glibc

/// A nameless file that takes what a program prints: unlike a pipe it blocks nobody, and a container that stays may keep it.
final class OutputFile: Sendable {
    let descriptor: Int32

    init() throws {
        var name = Array("/tmp/rune-output-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, fcntl(descriptor, F_SETFL, O_APPEND) == 0 else {
            throw Unmet("no temporary file: \(String(cString: strerror(errno)))")
        }
        unlink(name)
    }

    convenience init(containing text: String) throws {
        try self.init()
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw Unmet("the temporary file takes no text")
        }
    }

    deinit { close(descriptor) }

    /// All that was printed so far; the position of whoever writes stays.
    var text: String {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = pread(descriptor, &part, part.count, off_t(bytes.count))
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }
}
