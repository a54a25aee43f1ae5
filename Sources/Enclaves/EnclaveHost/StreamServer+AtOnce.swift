import CLinux
import Glibc
import Wire

/// Reads and writes that never wait: `nil` says that one would.
///
/// Asking first and reading then would not do, since others may read the same pipe or terminal.
extension StreamServer {
    func readAtOnce(_ call: CallView) -> Int64? {
        guard let file = descriptor(call.argument(0)) else { return -Int64(EBADF) }
        return atOnce(file, cl_read_at_once(file, call.data, call.length(1))) { Glibc.read(file, call.data, call.length(1)) }
    }

    func writeAtOnce(_ call: CallView) -> Int64? {
        guard let file = descriptor(call.argument(0)) else { return -Int64(EBADF) }
        return atOnce(file, cl_write_at_once(file, call.data, call.length(1))) { Glibc.write(file, call.data, call.length(1)) }
    }

    /// Many file systems take the question for reading only; a file waits for its disk at most.
    private func atOnce(_ file: Int32, _ result: Int, _ plainly: () -> Int) -> Int64? {
        switch Int32(clamping: -result) {
        case EAGAIN, EINTR: return nil
        case EOPNOTSUPP, EINVAL, ENOSYS:
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
            let done = plainly()
            return done < 0 ? -Int64(errno) : Int64(done)
        default: return Int64(result)
        }
    }
}
