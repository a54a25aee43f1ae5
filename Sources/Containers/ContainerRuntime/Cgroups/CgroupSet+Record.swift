import OCI

/// How a container's cgroups stand in its record: their paths, as ever, and beside them what each hierarchy is.
extension CgroupSet {
    var paths: JSON { .array(folders.map { .string($0.path) }) }

    var hierarchies: JSON {
        .array(
            folders.map { folder in
                ["controllers": .array(folder.controllers.map { .string($0) }), "unified": .bool(folder.isUnified)]
            })
    }

    init(record: JSONObject) throws(SpecError) {
        let paths = try record.strings("cgroups") ?? []
        let hierarchies = try record.objects("hierarchies")
        var folders: [CgroupFolder] = []
        for (index, path) in paths.enumerated() {
            guard index < hierarchies.count else {
                folders.append(Self.recognised(path))
                continue
            }
            let hierarchy = hierarchies[index]
            folders.append(
                CgroupFolder(
                    path: path, controllers: try hierarchy.strings("controllers") ?? [],
                    isUnified: try hierarchy.bool("unified") ?? false))
        }
        self.folders = folders
    }

    /// The first version kept paths only: in /sys/fs/cgroup a v1 hierarchy has the name of its controllers.
    private static func recognised(_ path: String) -> CgroupFolder {
        let prefix = "/sys/fs/cgroup/"
        let name = path.hasPrefix(prefix) ? path.dropFirst(prefix.utf8.count).prefix { $0 != "/" } : ""
        let known = ["blkio", "cpu", "cpuacct", "cpuset", "devices", "freezer", "hugetlb", "memory", "pids"]
        let controllers = name.split(separator: ",").map(String.init).filter(known.contains)
        return CgroupFolder(path: path, controllers: controllers, isUnified: controllers.isEmpty && name != "systemd")
    }
}
