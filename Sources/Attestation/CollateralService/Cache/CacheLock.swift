import Glibc

/// Holds a lock file until it goes, so that only one task of one process fetches an entry.
struct CacheLock: ~Copyable, Sendable {
    private static let patience = 60.0
    private static let pause = Duration.milliseconds(25)

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    consuming func release() {}

    /// Waits for the lock, without holding a thread, up to a minute.
    static func acquire(_ path: String) async throws(CollateralServiceError) -> CacheLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw CollateralCache.failure("make", path, errno) }
        let lock = CacheLock(descriptor: descriptor)
        let end = ContinuousClock.now + .seconds(patience)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw CollateralCache.failure("lock", path, errno) }
            guard ContinuousClock.now < end, (try? await Task.sleep(for: pause)) != nil else { throw .busy(path: path) }
        }
        return lock
    }
}
