import CLinux
import Glibc

/// A descriptor that is read and written without waiting, though its open file may be one that waits.
///
/// O_NONBLOCK would do, but it belongs to the open file, which others have open too: the terminal of a shell would stay so for the shell.
struct ImpatientStream: Sendable {
    /// What a pipe or a terminal takes at once when it says that it takes something.
    private static let surelyTaken = 4096

    private let descriptor: Int32
    /// Regular files, whose reads are no waits, and /dev/null and the like (major number 1).
    private let neverWaits: Bool
    private let isSocket: Bool

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        let isMemory = kind == S_IFCHR && status.st_rdev >> 8 == 1
        neverWaits = kind == S_IFREG || kind == S_IFBLK || kind == S_IFDIR || isMemory
        isSocket = kind == S_IFSOCK
    }

    /// How many bytes, or a negative errno: -EAGAIN where there is nothing.
    ///
    /// Where the kernel cannot be told not to wait it is asked first, which does not hold when others use the same stream; without `asking`
    /// that is -EOPNOTSUPP.
    func read(_ buffer: UnsafeMutableRawPointer, _ length: Int, asking: Bool = true) -> Int {
        if neverWaits { return Self.result(Glibc.read(descriptor, buffer, length)) }
        if isSocket { return Self.result(recv(descriptor, buffer, length, Int32(MSG_DONTWAIT))) }
        let result = cl_read_at_once(descriptor, buffer, length)
        guard result == -Int(EOPNOTSUPP), asking else { return result }
        guard isReady(for: POLLIN) || isImpatientTerminal else { return -Int(EAGAIN) }
        return Self.result(Glibc.read(descriptor, buffer, length))
    }

    /// How many bytes, or a negative errno: -EAGAIN where there is no room.
    func write(_ buffer: UnsafeRawPointer, _ length: Int, asking: Bool = true) -> Int {
        if neverWaits { return Self.result(Glibc.write(descriptor, buffer, length)) }
        if isSocket { return Self.result(send(descriptor, buffer, length, Int32(MSG_DONTWAIT))) }
        let result = cl_write_at_once(descriptor, buffer, length)
        guard result == -Int(EOPNOTSUPP), asking else { return result }
        guard isReady(for: POLLOUT) else { return -Int(EAGAIN) }
        return Self.result(Glibc.write(descriptor, buffer, min(length, Self.surelyTaken)))
    }

    /// An end or an error is told by the call itself.
    private func isReady(for events: Int32) -> Bool {
        Int32(cl_ready(descriptor)) & (events | POLLERR | POLLHUP) != 0
    }

    /// A terminal whose reads end without a byte, at once or after its own time (VMIN = 0).
    private var isImpatientTerminal: Bool {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0, settings.c_lflag & tcflag_t(ICANON) == 0 else { return false }
        return withUnsafeBytes(of: settings.c_cc) { $0[Int(VMIN)] == 0 }
    }

    private static func result(_ value: Int) -> Int { value < 0 ? -Int(errno) : value }
}
