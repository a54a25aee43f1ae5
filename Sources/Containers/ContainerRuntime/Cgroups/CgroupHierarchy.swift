import Linux

/// One mounted cgroup hierarchy: a v1 one with its controllers, or the v2 one.
///
/// Only what is really mounted counts: where a v1 controller is not, its folder may exist as a plain tmpfs one, and files
/// written there would limit nothing.
struct CgroupHierarchy: Equatable, Sendable {
    /// As in a v1 mount's options, `cpu` and `cpuacct`, or `name=systemd`; empty for v2.
    let controllers: [String]
    let isUnified: Bool
    let mountPoint: String
    /// What part of the hierarchy the mount shows.
    let mountRoot: String
    /// The cgroup of this process in it, as seen from the hierarchy's root.
    let ownPath: String

    static func mounted() throws(RuntimeError) -> [CgroupHierarchy] {
        let mounts = try RuntimeError.wrap { try FileContents.text("/proc/self/mountinfo") }
        let memberships = try RuntimeError.wrap { try FileContents.text("/proc/self/cgroup") }
        return parse(mountInfo: mounts, memberships: memberships)
    }

    static func parse(mountInfo: String, memberships: String) -> [CgroupHierarchy] {
        let memberships = memberships.split(separator: "\n").map { line in
            line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        }
        var found: [CgroupHierarchy] = []
        for line in mountInfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash > 5, fields.count > dash + 3 else { continue }
            let type = fields[dash + 1]
            guard type == "cgroup" || type == "cgroup2" else { continue }
            let options = fields[dash + 3].split(separator: ",").map(String.init)
            let own = memberships.first { entry in
                entry.count == 3 && (type == "cgroup2" ? entry[0] == "0" : matches(entry[1], options))
            }
            guard let own else { continue }
            let hierarchy = CgroupHierarchy(
                controllers: type == "cgroup2" ? [] : own[1].split(separator: ",").map(String.init),
                isUnified: type == "cgroup2", mountPoint: String(fields[4]), mountRoot: String(fields[3]),
                ownPath: String(own[2]))
            if !found.contains(where: { $0.controllers == hierarchy.controllers }) { found.append(hierarchy) }
        }
        return found
    }

    private static func matches(_ controllers: Substring, _ options: [String]) -> Bool {
        guard !controllers.isEmpty else { return false }
        return controllers.split(separator: ",").allSatisfy { options.contains(String($0)) }
    }

    /// The folder of the cgroup a configuration names: absolute from the root, anything else below the caller's own.
    func directory(of cgroupsPath: String?, id: String) -> String {
        let wanted = cgroupsPath ?? id
        let base: Substring
        if wanted.hasPrefix("/") {
            base = ""
        } else if mountRoot != "/", ownPath.hasPrefix(mountRoot) {
            base = ownPath.dropFirst(mountRoot.utf8.count)
        } else {
            base = ownPath[...]
        }
        return mountPoint + RootedPath.cleaned(base + RootedPath.cleaned(wanted))
    }

    /// What the folder is called among the others, `cpu,cpuacct`.
    var name: String { RootedPath.split(mountPoint).name }
}
