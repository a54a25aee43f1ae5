import OCI

/// `linux.resources` as the files of the v1 controllers.
enum LimitsV1 {
    static func settings(_ resources: SpecResources) -> [CgroupSetting] {
        var settings = memory(resources.memory) + cpu(resources.cpu) + cpuset(resources.cpu)
        if let limit = resources.pidsLimit, limit != 0 {
            settings.append(CgroupSetting("pids", "pids.max", limit > 0 ? String(limit) : "max", at: "pids.limit"))
        }
        settings += blockIO(resources.blockIO)
        for page in resources.hugepageLimits {
            let (limit, path) = (String(page.limit), "hugepageLimits")
            settings.append(CgroupSetting("hugetlb", "hugetlb.\(page.pageSize).limit_in_bytes", limit, at: path))
            settings.append(
                CgroupSetting("hugetlb", "hugetlb.\(page.pageSize).rsvd.limit_in_bytes", limit, at: path, absence: .silence))
        }
        settings += network(resources.network)
        return settings + resources.rdma.map(rdma)
    }

    private static func memory(_ memory: SpecResources.Memory?) -> [CgroupSetting] {
        guard let memory else { return [] }
        var settings: [CgroupSetting] = []
        func add(_ file: String, _ value: Int64?, _ path: String) {
            guard let value, value != 0 else { return }
            settings.append(CgroupSetting("memory", file, String(value), at: "memory." + path))
        }
        add("memory.limit_in_bytes", memory.limit, "limit")
        // Without a limit of memory one of both together would mean nothing.
        add("memory.memsw.limit_in_bytes", memory.swap ?? (memory.limit == -1 ? -1 : nil), "swap")
        add("memory.soft_limit_in_bytes", memory.reservation, "reservation")
        add("memory.kmem.limit_in_bytes", memory.kernel, "kernel")
        add("memory.kmem.tcp.limit_in_bytes", memory.kernelTCP, "kernelTCP")
        if let swappiness = memory.swappiness {
            settings.append(CgroupSetting("memory", "memory.swappiness", String(swappiness), at: "memory.swappiness"))
        }
        if let disabled = memory.disableOOMKiller {
            let value = disabled ? "1" : "0"
            settings.append(CgroupSetting("memory", "memory.oom_control", value, at: "memory.disableOOMKiller"))
        }
        return settings
    }

    private static func cpu(_ cpu: SpecResources.CPU?) -> [CgroupSetting] {
        guard let cpu else { return [] }
        var settings: [CgroupSetting] = []
        func add(_ file: String, _ value: (some BinaryInteger)?, _ path: String, zero: Bool = false) {
            guard let value, value != 0 || zero else { return }
            let absence: CgroupSetting.Absence = value == 0 ? .silence : .warning
            settings.append(CgroupSetting("cpu", file, String(value), at: "cpu." + path, absence: absence))
        }
        // The kernel refuses a share of what takes only what others leave.
        if cpu.idle != 1 { add("cpu.shares", cpu.shares, "shares") }
        add("cpu.cfs_period_us", cpu.period, "period")
        add("cpu.cfs_quota_us", cpu.quota, "quota")
        add("cpu.cfs_burst_us", cpu.burst, "burst", zero: true)
        add("cpu.rt_period_us", cpu.realtimePeriod, "realtimePeriod")
        add("cpu.rt_runtime_us", cpu.realtimeRuntime, "realtimeRuntime")
        add("cpu.idle", cpu.idle, "idle", zero: true)
        return settings
    }

    private static func cpuset(_ cpu: SpecResources.CPU?) -> [CgroupSetting] {
        var settings: [CgroupSetting] = []
        if let cpus = cpu?.cpus, !cpus.isEmpty { settings.append(CgroupSetting("cpuset", "cpuset.cpus", cpus, at: "cpu.cpus")) }
        if let mems = cpu?.mems, !mems.isEmpty { settings.append(CgroupSetting("cpuset", "cpuset.mems", mems, at: "cpu.mems")) }
        return settings
    }

    // MARK: Disks, network, RDMA

    /// Weights are the scheduler's: they are called otherwise where it is BFQ, and are not there where it has none.
    private static func blockIO(_ blockIO: SpecResources.BlockIO?) -> [CgroupSetting] {
        guard let blockIO else { return [] }
        var settings: [CgroupSetting] = []
        func add(_ name: String, _ value: String, _ path: String) {
            let choices = ["blkio.\(name)", "blkio.bfq.\(name)"].map { CgroupSetting.Choice(file: $0, value: value) }
            settings.append(CgroupSetting("blkio", choices, at: "blockIO." + path))
        }
        if let weight = blockIO.weight, weight != 0 { add("weight", String(weight), "weight") }
        if let weight = blockIO.leafWeight, weight != 0 { add("leaf_weight", String(weight), "leafWeight") }
        for entry in blockIO.weightDevices {
            if let weight = entry.weight { add("weight_device", "\(entry.device) \(weight)", "weightDevice") }
            if let weight = entry.leafWeight, weight != 0 {
                add("leaf_weight_device", "\(entry.device) \(weight)", "weightDevice")
            }
        }
        for throttle in blockIO.throttles {
            let value = "\(throttle.device) \(throttle.rate)"
            settings.append(
                CgroupSetting("blkio", file(throttle.direction), value, at: "blockIO.\(throttle.direction.rawValue)"))
        }
        return settings
    }

    private static func file(_ direction: SpecResources.BlockIO.Direction) -> String {
        switch direction {
        case .readBytes: "blkio.throttle.read_bps_device"
        case .writeBytes: "blkio.throttle.write_bps_device"
        case .readOperations: "blkio.throttle.read_iops_device"
        case .writeOperations: "blkio.throttle.write_iops_device"
        }
    }

    private static func network(_ network: SpecResources.Network?) -> [CgroupSetting] {
        guard let network else { return [] }
        var settings: [CgroupSetting] = []
        if let classID = network.classID {
            settings.append(CgroupSetting("net_cls", "net_cls.classid", String(classID), at: "network.classID"))
        }
        for entry in network.priorities {
            let value = "\(entry.name) \(entry.priority)"
            settings.append(CgroupSetting("net_prio", "net_prio.ifpriomap", value, at: "network.priorities"))
        }
        return settings
    }

    /// The same in v1 and v2.
    static func rdma(_ entry: SpecResources.RDMA) -> CgroupSetting {
        var words = [entry.device]
        if let handles = entry.handles { words.append("hca_handle=\(handles)") }
        if let objects = entry.objects { words.append("hca_object=\(objects)") }
        return CgroupSetting("rdma", "rdma.max", words.joined(separator: " "), at: "rdma.\(entry.device)")
    }
}
