import Glibc
import Linux

/// Whether a cgroup that cannot be made or written is a fault, or what a caller without privilege has to expect.
enum CgroupPrivilege {
    static func explains(_ code: Int32) -> Bool {
        [EACCES, EPERM, EROFS].contains(code) && isLimited
    }

    /// Not root, or root of a user namespace that does not hold all users.
    static var isLimited: Bool {
        if geteuid() != 0 { return true }
        guard let map = try? FileContents.text("/proc/self/uid_map") else { return false }
        return map.split(whereSeparator: \.isWhitespace) != ["0", "0", "4294967295"]
    }
}
