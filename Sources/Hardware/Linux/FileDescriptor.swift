import Glibc

/// The owner of an open descriptor: closed when it goes out of scope.
package struct FileDescriptor: ~Copyable {
    package let raw: Int32

    package init(owning raw: Int32) {
        self.raw = raw
    }

    deinit { _ = close(raw) }

    /// Another descriptor of the same open file.
    package borrowing func duplicate() throws(SystemCallError) -> FileDescriptor {
        FileDescriptor(owning: try SystemCallError.checkErrno(fcntl(raw, F_DUPFD_CLOEXEC, 0), "duplicate a descriptor"))
    }

    /// Gives the number away; whoever takes it closes it.
    package consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }

    package static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemCallError) -> FileDescriptor {
        FileDescriptor(
            owning: try SystemCallError.checkErrno(Glibc.open(path, flags | O_CLOEXEC, mode), "open \(path)"))
    }

    package static func open(
        in directory: Int32, _ path: String, _ flags: Int32, mode: mode_t = 0
    ) throws(SystemCallError) -> FileDescriptor {
        FileDescriptor(
            owning: try SystemCallError.checkErrno(openat(directory, path, flags | O_CLOEXEC, mode), "open \(path)"))
    }
}
