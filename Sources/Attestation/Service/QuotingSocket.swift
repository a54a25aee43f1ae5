import CLinux
import Glibc

/// The listening socket of the quoting service and the lock beside it; both go with it.
///
/// A socket file that nobody serves is replaced; one that somebody serves is not, be it by this service (its lock) or by another (it
/// answers a connection). The socket has its mode and group from its first moment as one that others can reach.
final class QuotingSocket {
    let descriptor: Int32
    private let path: String
    private let lock: Int32

    private static let backlog: Int32 = 512

    init(path: String, mode: mode_t, group: gid_t?) throws(QuotingServerError) {
        self.path = path
        lock = try Self.lock(path)
        do {
            try Self.clear(path)
            descriptor = try Self.listen(path, mode: mode, group: group)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
        close(lock)
    }

    private static func lock(_ path: String) throws(QuotingServerError) -> Int32 {
        let name = "\(path).lock"
        let descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw errno == ENOENT ? .noFolder(path) : .system(operation: "make", path: name, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? .busy(path) : .system(operation: "lock", path: name, code: code)
        }
        return descriptor
    }

    private static func clear(_ path: String) throws(QuotingServerError) {
        var facts = cl_file_facts()
        guard cl_examine_path(path, &facts) == 0 else { return }
        guard facts.mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        let probe = cl_probe_unix(path)
        if probe >= 0 { close(Int32(probe)) }
        // A listener whose queue is full is one as well.
        guard probe < 0, probe != -Int(EAGAIN) else { throw .busy(path) }
        unlink(path)
    }

    private static func listen(_ path: String, mode: mode_t, group: gid_t?) throws(QuotingServerError) -> Int32 {
        let result = Int32(cl_listen_unix(path, group == nil ? mode : 0o600, backlog))
        guard result >= 0 else {
            throw -result == ENAMETOOLONG ? .pathTooLong(path) : .system(operation: "listen on", path: path, code: -result)
        }
        guard let group else { return result }
        let changed = cl_change_group(path, group)
        guard changed == 0, chmod(path, mode) == 0 else {
            let code = changed < 0 ? Int32(-changed) : errno
            unlink(path)
            close(result)
            throw .system(operation: "give its group access to", path: path, code: code)
        }
        return result
    }
}
