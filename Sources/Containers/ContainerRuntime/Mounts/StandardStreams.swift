import CLinux
import Glibc

/// The standard streams of the container's process as far as they are /dev/null.
enum StandardStreams {
    /// Opens those again inside the container: the host's would be a file of a mount that the container must not hold.
    static func reopenNull() {
        let null = cl_make_device(1, 3)
        for number in Int32(0)...2 {
            var information = stat()
            guard fstat(number, &information) == 0, information.st_mode & S_IFMT == S_IFCHR, information.st_rdev == null else {
                continue
            }
            let own = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY)
            guard own >= 0 else { return }
            defer { close(own) }
            if fstat(own, &information) == 0, information.st_mode & S_IFMT == S_IFCHR, information.st_rdev == null {
                dup2(own, number)
            }
        }
    }
}
