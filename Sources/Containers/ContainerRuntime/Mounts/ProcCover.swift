import CLinux
import Glibc
import Linux
import OCI

/// What may be mounted on /proc and on its files.
///
/// The runtime reads and writes /proc on behalf of the container, and so do the programs in it: nobody may put another file there. Only
/// what tells sizes of the machine may be covered, as lxcfs does.
enum ProcCover {
    private static let coverable = [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg", "/proc/meminfo", "/proc/net/dev", "/proc/slabinfo", "/proc/stat",
        "/proc/swaps", "/proc/sys/crypto/fips_enabled", "/proc/sys/kernel/ns_last_pid", "/proc/uptime",
    ]

    /// `target` is where the mount would go; `source` what a bind mount shows, -1 for a new filesystem.
    static func check(_ planned: PlannedMount, _ target: borrowing FileDescriptor, source: Int32 = -1) throws(RuntimeError) {
        let path = planned.path
        if coverable.contains(path) { return }
        if path == "/proc" {
            guard source >= 0 ? isProcRoot(source) : planned.mount.type == "proc" else {
                throw RuntimeError("cannot mount on /proc what is not a proc filesystem")
            }
            return
        }
        // By its name, and by where the links of the image lead the name.
        guard !path.utf8.starts(with: "/proc/".utf8), cl_filesystem_type(target.raw) != cl_procfs_type else {
            throw RuntimeError("cannot mount inside /proc")
        }
    }

    private static func isProcRoot(_ source: Int32) -> Bool {
        var information = stat()
        return cl_filesystem_type(source) == cl_procfs_type && fstat(source, &information) == 0 && information.st_ino == 1
    }
}
