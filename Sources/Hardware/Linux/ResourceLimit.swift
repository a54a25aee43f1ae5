import CLinux
import Glibc

/// The kinds of rlimit by their names in OCI configurations.
package enum ResourceLimit {
    private static let names = [
        "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING",
        "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
    ]

    package static func number(_ name: String) -> Int32? {
        guard name.hasPrefix("RLIMIT_") else { return nil }
        return names.firstIndex(of: String(name.dropFirst(7))).map(Int32.init)
    }

    package static func set(_ resource: Int32, soft: UInt64, hard: UInt64, of pid: Int32) throws(SystemCallError) {
        let name = names[Int(resource)]
        let result = cl_set_rlimit(pid, resource, soft, hard)
        let why = result == -Int(EPERM) ? "; to raise one takes CAP_SYS_RESOURCE" : ""
        try SystemCallError.check(result, "set RLIMIT_\(name) to \(soft) (hard limit \(hard)\(why))")
    }
}
