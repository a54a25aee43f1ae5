extension Spec {
    /// The template for somebody without root: a user namespace in which root is the caller, the host's network, no limits.
    package static func rootlessTemplate(uid: UInt32, gid: UInt32) -> JSON {
        var spec = template
        spec["mounts"] = mapElements(spec["mounts"], rootlessMount)
        guard case .array(let namespaces)? = spec["linux"]?["namespaces"] else { return spec }
        var linux = spec["linux"] ?? .null
        linux["resources"] = nil
        linux["namespaces"] = .array(namespaces.filter { $0["type"] != "network" } + [["type": "user"]])
        linux["uidMappings"] = [["containerID": 0, "hostID": .integer(Int64(uid)), "size": 1]]
        linux["gidMappings"] = [["containerID": 0, "hostID": .integer(Int64(gid)), "size": 1]]
        spec["linux"] = linux
        return spec
    }

    /// Only the owner of a network namespace may mount its sysfs, and only one group is mapped.
    private static func rootlessMount(_ mount: JSON) -> JSON? {
        var mount = mount
        switch mount["destination"] {
        case "/sys":
            mount["type"] = "none"
            mount["source"] = "/sys"
            mount["options"] = ["rbind", "nosuid", "noexec", "nodev", "ro"]
        case "/sys/fs/cgroup": return nil
        default:
            guard case .array(let options)? = mount["options"] else { return mount }
            mount["options"] = .array(options.filter { $0 != "gid=5" })
        }
        return mount
    }

    private static func mapElements(_ value: JSON?, _ change: (JSON) -> JSON?) -> JSON? {
        guard case .array(let elements)? = value else { return value }
        return .array(elements.compactMap(change))
    }
}
