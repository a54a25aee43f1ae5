import CLinux
import Glibc
import Linux
import OCI

extension SpecLinux.IDMapping {
    var range: IDRange { IDRange(inside: containerID, outside: hostID, size: size) }
}

/// Writes the id maps of a container's user namespace.
struct IDMapping {
    let uids: [IDRange]
    let gids: [IDRange]

    /// Maps for `pid`, which has just been made in the namespace.
    ///
    /// Only root may map any id; others map their own, and through newuidmap and newgidmap those
    /// that /etc/subuid and /etc/subgid give them.
    func apply(to pid: Int32) throws(RuntimeError) {
        try RuntimeError.wrap {
            let proc = try ProcFilesystem()
            if geteuid() == 0 || Self.isOnly(geteuid(), uids) {
                try proc.write(IDRange.text(uids), to: "\(pid)/uid_map")
            } else {
                try Self.call("newuidmap", pid, uids)
            }
            if geteuid() == 0 { return try proc.write(IDRange.text(gids), to: "\(pid)/gid_map") }
            guard Self.isOnly(getegid(), gids) else { return try Self.call("newgidmap", pid, gids) }
            // Whoever has no privilege over groups may map one only after giving up setgroups (user_namespaces(7)).
            try proc.write("deny", to: "\(pid)/setgroups")
            try proc.write(IDRange.text(gids), to: "\(pid)/gid_map")
        }
    }

    private static func isOnly(_ id: UInt32, _ ranges: [IDRange]) -> Bool {
        ranges.count == 1 && ranges[0].outside == id && ranges[0].size == 1
    }

    private static func call(_ name: String, _ pid: Int32, _ ranges: [IDRange]) throws {
        let folder = ["/usr/bin", "/bin", "/usr/local/bin"].first { access("\($0)/\(name)", X_OK) == 0 }
        guard let folder else {
            throw RuntimeError(
                "cannot map the ids: \(name) is not installed (Debian: uidmap), and only root maps more than its own")
        }
        var arguments = [name, String(pid)]
        for range in ranges { arguments += [String(range.inside), String(range.outside), String(range.size)] }
        switch try cloneProcess(namespaces: 0) {
        case .child:
            _ = cl_reset_signals()
            CStrings.with(arguments) { arguments in
                CStrings.with([]) { environment in _ = execve("\(folder)/\(name)", arguments, environment) }
            }
            _exit(127)
        case .parent(let process):
            guard process.wait() == 0 else {
                throw RuntimeError("\(name) refused to map the ids: see /etc/subuid and /etc/subgid")
            }
        }
    }
}
