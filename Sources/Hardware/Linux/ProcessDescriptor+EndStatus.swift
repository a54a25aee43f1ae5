import CLinux
import Glibc

extension ProcessDescriptor {
    /// The status of a child that ends now, as a shell gives it; it stays to be waited for.
    package static func endStatus(of pid: pid_t) -> Int32 { Int32(truncatingIfNeeded: cl_end_status(pid)) }
}
