import Glibc
import Linux

/// One mounted cgroup hierarchy: a v1 one with its controllers, or the v2 one.
///
/// Only what is really mounted counts: where a v1 controller is not, its folder may exist as a plain tmpfs one, and files
/// written there would limit nothing.
struct CgroupHierarchy: Equatable, Sendable {
    /// As in a v1 mount's options, `cpu` and `cpuacct`, or `name=systemd`; for v2 those no v1 hierarchy has taken.
    var controllers: [String]
    let isUnified: Bool
    let mountPoint: String
    /// What part of the hierarchy the mount shows.
    let mountRoot: String
    /// The cgroup of this process in it, as seen from the hierarchy's root.
    let ownPath: String
    /// What a relative path is below.
    var base: String

    static func mounted() throws(RuntimeError) -> [CgroupHierarchy] {
        let mounts = try RuntimeError.wrap { try FileContents.text("/proc/self/mountinfo") }
        let memberships = try RuntimeError.wrap { try FileContents.text("/proc/self/cgroup") }
        return parse(mountInfo: mounts, memberships: memberships).map { hierarchy in
            guard hierarchy.isUnified else { return hierarchy }
            var completed = hierarchy
            let controllers = (try? FileContents.text(hierarchy.mountPoint + "/cgroup.controllers")) ?? ""
            completed.controllers = controllers.split(whereSeparator: \.isWhitespace).map(String.init)
            // A user may have been given the own cgroup only.
            if access(hierarchy.mountPoint + hierarchy.base, W_OK) != 0 { completed.base = hierarchy.ownPathInMount }
            return completed
        }
    }

    static func parse(mountInfo: String, memberships: String) -> [CgroupHierarchy] {
        let memberships = memberships[...].fields(separatedBy: "\n").map { line in
            line.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false).map(Substring.init)
        }
        var found: [CgroupHierarchy] = []
        for line in mountInfo[...].fields(separatedBy: "\n") {
            let fields = line.fields(separatedBy: " ")
            guard let dash = fields.firstIndex(of: "-"), dash > 5, fields.count > dash + 3 else { continue }
            let type = fields[dash + 1]
            guard type == "cgroup" || type == "cgroup2" else { continue }
            let options = fields[dash + 3].fields(separatedBy: ",").map(String.init)
            let own = memberships.first { entry in
                entry.count == 3 && (type == "cgroup2" ? entry[0] == "0" : matches(entry[1], options))
            }
            guard let own else { continue }
            let hierarchy = CgroupHierarchy(
                controllers: type == "cgroup2" ? [] : own[1].fields(separatedBy: ",").map(String.init),
                isUnified: type == "cgroup2", mountPoint: unescaped(fields[4]), mountRoot: unescaped(fields[3]),
                ownPath: String(own[2]))
            if !found.contains(where: { $0.isUnified == hierarchy.isUnified && $0.controllers == hierarchy.controllers }) {
                found.append(hierarchy)
            }
        }
        return found
    }

    private init(controllers: [String], isUnified: Bool, mountPoint: String, mountRoot: String, ownPath: String) {
        self.controllers = controllers
        self.isUnified = isUnified
        self.mountPoint = mountPoint
        self.mountRoot = mountRoot
        self.ownPath = ownPath
        base = ""
        // In v2 a cgroup with processes hands no controllers down: what shall be limited is made beside it, not below it.
        base = isUnified ? RootedPath.split(ownPathInMount).parent : ownPathInMount
    }

    private var ownPathInMount: String {
        guard mountRoot != "/", ownPath.hasPrefix(mountRoot) else { return ownPath }
        return String(ownPath.dropFirst(mountRoot.utf8.count))
    }

    /// In mountinfo a space, a tab, a line's end and a backslash are octal numbers behind a backslash.
    private static func unescaped(_ field: Substring) -> String {
        guard field.utf8.contains(0x5c) else { return String(field) }
        var bytes: [UInt8] = []
        var rest = field.utf8[...]
        while let byte = rest.popFirst() {
            if byte == 0x5c, let value = UInt8(Substring(rest.prefix(3)), radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func matches(_ controllers: Substring, _ options: [String]) -> Bool {
        guard !controllers.isEmpty else { return false }
        return controllers.fields(separatedBy: ",").allSatisfy { options.contains(String($0)) }
    }

    /// The folder of the cgroup a configuration names: absolute from the root, anything else below `base`.
    func directory(of cgroupsPath: String?, id: String) -> String {
        let wanted = cgroupsPath.flatMap { $0.isEmpty ? nil : $0 } ?? id
        let inside = RootedPath.cleaned((wanted.hasPrefix("/") ? "" : base) + RootedPath.cleaned(wanted))
        return inside == "/" ? mountPoint : mountPoint + inside
    }

    /// What the folder is called among the others, `cpu,cpuacct`.
    var name: String { RootedPath.split(mountPoint).name }
}
