import CLinux
import Glibc

/// One line of an id map: `size` ids from `inside` on are those from `outside` on.
package struct IDRange: Equatable, Sendable {
    package var inside: UInt32
    package var outside: UInt32
    package var size: UInt32

    package init(inside: UInt32, outside: UInt32, size: UInt32) {
        (self.inside, self.outside, self.size) = (inside, outside, size)
    }

    /// As /proc/PID/uid_map takes them.
    package static func text(_ ranges: [IDRange]) -> String {
        ranges.map { "\($0.inside) \($0.outside) \($0.size)\n" }.joined()
    }
}

/// A user namespace that holds id maps and no process, for mounts that show their files with other owners.
package struct UserNamespace: ~Copyable {
    package let descriptor: FileDescriptor

    /// The namespace lives by its descriptor; the process that it was made for ends at once.
    package init(uids: [IDRange], gids: [IDRange]) throws(SystemCallError) {
        var ends: [Int32] = [-1, -1]
        try SystemCallError.check(cl_socket_pair(Int32(SOCK_STREAM.rawValue), &ends), "make a socket pair")
        let own = ends[0]
        let pid: pid_t
        switch try cloneProcess(namespaces: NamespaceKind.user.flag) {
        case .child:
            close(own)
            var byte: UInt8 = 0
            _ = read(ends[1], &byte, 1)
            _exit(0)
        case .parent(let process): pid = process.pid
        }
        close(ends[1])
        defer {
            close(own)
            waitpid(pid, nil, 0)
        }
        let proc = try ProcFilesystem()
        try proc.write(IDRange.text(uids), to: "\(pid)/uid_map")
        try proc.write(IDRange.text(gids), to: "\(pid)/gid_map")
        descriptor = try FileDescriptor.open("/proc/\(pid)/ns/user", O_RDONLY)
    }
}
