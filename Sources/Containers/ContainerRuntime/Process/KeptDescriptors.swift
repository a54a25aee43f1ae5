import Glibc

extension RuntimeError {
    /// Refuses to promise the program descriptors that are not there: it would take the next one it opens for its caller's.
    package static func requireOpen(descriptors count: UInt32) throws(RuntimeError) {
        for number in 0..<Int32(clamping: count) where fcntl(3 + number, F_GETFD) < 0 {
            throw RuntimeError("--preserve-fds: the descriptor \(3 + number) is not open")
        }
    }
}
