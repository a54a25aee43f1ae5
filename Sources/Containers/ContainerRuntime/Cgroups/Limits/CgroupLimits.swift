import Linux
import OCI

/// `linux.resources` as the files that hold the limits.
struct CgroupLimits {
    struct Setting: Equatable {
        let controller: String
        let file: String
        let value: String

        init(_ controller: String, _ file: String, _ value: String) {
            self.controller = controller
            self.file = file
            self.value = value
        }
    }

    /// For v1; the order matters where one limit bounds another.
    static func settings(_ resources: SpecResources) -> [Setting] {
        var settings = memory(resources.memory) + cpu(resources.cpu)
        if let limit = resources.pidsLimit { settings.append(Setting("pids", "pids.max", limit > 0 ? String(limit) : "max")) }
        if let weight = resources.blockIOWeight, weight > 0 { settings.append(Setting("blkio", "blkio.weight", String(weight))) }
        for page in resources.hugepageLimits {
            settings.append(Setting("hugetlb", "hugetlb.\(page.pageSize).limit_in_bytes", String(page.limit)))
        }
        return settings
    }

    private static func memory(_ memory: SpecResources.Memory?) -> [Setting] {
        guard let memory else { return [] }
        var settings: [Setting] = []
        func add(_ file: String, _ value: (some BinaryInteger)?) {
            if let value, value != 0 { settings.append(Setting("memory", file, String(value))) }
        }
        add("memory.limit_in_bytes", memory.limit)
        add("memory.memsw.limit_in_bytes", memory.swap)
        add("memory.soft_limit_in_bytes", memory.reservation)
        if let swappiness = memory.swappiness { settings.append(Setting("memory", "memory.swappiness", String(swappiness))) }
        if memory.disableOOMKiller == true { settings.append(Setting("memory", "memory.oom_control", "1")) }
        return settings
    }

    private static func cpu(_ cpu: SpecResources.CPU?) -> [Setting] {
        guard let cpu else { return [] }
        var settings: [Setting] = []
        func add(_ controller: String, _ file: String, _ value: String?) {
            if let value, !value.isEmpty, value != "0" { settings.append(Setting(controller, file, value)) }
        }
        add("cpuset", "cpuset.cpus", cpu.cpus)
        // Node 0 alone is written "0", which is a value here.
        if let mems = cpu.mems, !mems.isEmpty { settings.append(Setting("cpuset", "cpuset.mems", mems)) }
        add("cpu", "cpu.shares", cpu.shares.map(String.init))
        add("cpu", "cpu.cfs_period_us", cpu.period.map(String.init))
        add("cpu", "cpu.cfs_quota_us", cpu.quota.map(String.init))
        add("cpu", "cpu.cfs_burst_us", cpu.burst.map(String.init))
        add("cpu", "cpu.rt_period_us", cpu.realtimePeriod.map(String.init))
        add("cpu", "cpu.rt_runtime_us", cpu.realtimeRuntime.map(String.init))
        add("cpu", "cpu.idle", cpu.idle.map(String.init))
        return settings
    }

    /// For v2, in the units of its files.
    static func unifiedSettings(_ resources: SpecResources) -> [Setting] {
        var settings: [Setting] = []
        func limit(_ value: Int64) -> String { value < 0 ? "max" : String(value) }
        if let memory = resources.memory?.limit, memory != 0 { settings.append(Setting("memory", "memory.max", limit(memory))) }
        if let swap = resources.memory?.swap, swap != 0 {
            let alone = swap < 0 ? swap : max(0, swap - max(0, resources.memory?.limit ?? 0))
            settings.append(Setting("memory", "memory.swap.max", limit(alone)))
        }
        if let low = resources.memory?.reservation, low != 0 { settings.append(Setting("memory", "memory.low", limit(low))) }
        if let shares = resources.cpu?.shares, shares != 0 {
            let weight = 1 + (min(max(shares, 2), 262_144) - 2) * 9999 / 262_142
            settings.append(Setting("cpu", "cpu.weight", String(weight)))
        }
        if resources.cpu?.quota != nil || resources.cpu?.period != nil {
            let quota = resources.cpu?.quota ?? -1
            settings.append(
                Setting("cpu", "cpu.max", "\(quota > 0 ? String(quota) : "max") \(resources.cpu?.period ?? 100_000)"))
        }
        if let cpus = resources.cpu?.cpus, !cpus.isEmpty { settings.append(Setting("cpuset", "cpuset.cpus", cpus)) }
        if let mems = resources.cpu?.mems, !mems.isEmpty { settings.append(Setting("cpuset", "cpuset.mems", mems)) }
        if let pids = resources.pidsLimit { settings.append(Setting("pids", "pids.max", pids > 0 ? String(pids) : "max")) }
        for entry in resources.unified {
            settings.append(Setting(String(entry.key.prefix { $0 != "." }), entry.key, entry.value))
        }
        return settings
    }
}

extension ContainerCgroups {
    /// Sets the limits; one whose controller this machine does not have becomes a warning.
    func apply(_ resources: SpecResources?, warn: (String) -> Void) throws(RuntimeError) {
        guard let resources else { return }
        let isV2Only = members.count == 1 && members[0].hierarchy.isUnified
        if isV2Only { enableControllers() }
        for setting in isV2Only ? CgroupLimits.unifiedSettings(resources) : CgroupLimits.settings(resources) {
            let holder = isV2Only ? members.first : members.first { $0.hierarchy.controllers.contains(setting.controller) }
            guard let holder else {
                warn("\(setting.file) is not limited: no cgroup hierarchy with the controller \(setting.controller) is mounted")
                continue
            }
            try RuntimeError.wrap { try FileContents.write(setting.value, to: "\(holder.directory)/\(setting.file)") }
        }
        try DeviceRules(resources.devices).apply(to: self, warn: warn)
    }

    /// A v2 cgroup has only the controllers its parents hand down; those that cannot be show up when their file is written.
    private func enableControllers() {
        guard let member = members.first, let text = try? FileContents.text(member.hierarchy.mountPoint + "/cgroup.controllers")
        else { return }
        let wanted = text.split(whereSeparator: \.isWhitespace).map { "+\($0)" }
        var path = member.hierarchy.mountPoint
        for component in member.directory.dropFirst(path.utf8.count).split(separator: "/") {
            for controller in wanted { try? FileContents.write(controller, to: path + "/cgroup.subtree_control") }
            path += "/" + component
        }
    }
}
