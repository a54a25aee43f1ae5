import Glibc
import Linux
import OCI

extension LaunchPlan {
    /// Sorts the namespaces into those to make and those to join.
    mutating func planNamespaces() throws(RuntimeError) {
        for (index, namespace) in spec.linux.namespaces.enumerated() {
            let place = "linux.namespaces[\(index)]"
            guard let kind = NamespaceKind(rawValue: namespace.type) else {
                throw RuntimeError("\(place).type: \"\(namespace.type)\" is not a kind of namespace")
            }
            guard !isOwn(kind) else { throw RuntimeError("\(place).type: \(kind.rawValue) appears twice") }
            if let path = namespace.path, !path.isEmpty {
                guard path.hasPrefix("/") else { throw RuntimeError("\(place).path: must be absolute, not \"\(path)\"") }
                joinedNamespaces.append((kind, path))
            } else {
                newNamespaces.append(kind)
            }
        }
        if spec.hostname != nil, !isOwn(.uts) { throw RuntimeError("hostname: needs a uts namespace") }
        if spec.domainname != nil, !isOwn(.uts) { throw RuntimeError("domainname: needs a uts namespace") }
        // Without one of its own the container lives in that of rune, its mounts made aside.
        if !isOwn(.mount) { joinedNamespaces.append((.mount, "/proc/self/ns/mnt")) }
        try checkMappings()
        try checkTimeOffsets()
    }

    /// What the clone makes: mounts are made in a mount namespace of their own in any case; the other two are made later.
    var clonedNamespaces: UInt64 {
        newNamespaces.filter { $0 != .cgroup && $0 != .time }.reduce(NamespaceKind.mount.flag) { $0 | $1.flag }
    }

    /// What the process between is made in: the user namespace a new time namespace shall belong to.
    var intermediateNamespaces: UInt64 { hasNewTimeNamespace && hasNewUserNamespace ? NamespaceKind.user.flag : 0 }

    var hasNewTimeNamespace: Bool { newNamespaces.contains(.time) }

    /// User and PID namespaces that are joined, and a new time namespace, count from the next process on.
    var needsIntermediate: Bool {
        hasNewTimeNamespace || joinedNamespaces.contains { $0.kind == .user || $0.kind == .pid }
    }

    var uidRanges: [IDRange] { spec.linux.uidMappings.map(\.range) }
    var gidRanges: [IDRange] { spec.linux.gidMappings.map(\.range) }

    /// Root of the user namespace, or the first id where root is not mapped.
    var namespaceOwner: (uid: UInt32, gid: UInt32) {
        func first(_ ranges: [IDRange]) -> UInt32 {
            ranges.isEmpty || ranges.contains { $0.inside == 0 } ? 0 : ranges[0].inside
        }
        return hasNewUserNamespace ? (first(uidRanges), first(gidRanges)) : (0, 0)
    }

    private mutating func checkMappings() throws(RuntimeError) {
        let isMapped = !spec.linux.uidMappings.isEmpty || !spec.linux.gidMappings.isEmpty
        if hasNewUserNamespace {
            guard !spec.linux.uidMappings.isEmpty, !spec.linux.gidMappings.isEmpty else {
                throw RuntimeError("linux.uidMappings, linux.gidMappings: a new user namespace needs both")
            }
        } else if isMapped, !isInUserNamespace {
            warnings.append("linux.uidMappings and gidMappings are ignored: there is no user namespace")
        }
        guard geteuid() == 0 || isInUserNamespace else {
            throw RuntimeError("linux.namespaces: without root's rights a container needs a user namespace")
        }
    }

    private func checkTimeOffsets() throws(RuntimeError) {
        guard !spec.linux.timeOffsets.isEmpty else { return }
        guard hasNewTimeNamespace else { throw RuntimeError("linux.timeOffsets: needs a new time namespace") }
        for offset in spec.linux.timeOffsets where !["monotonic", "boottime"].contains(offset.clock) {
            throw RuntimeError("linux.timeOffsets: \"\(offset.clock)\" is not a clock with an offset")
        }
    }
}
