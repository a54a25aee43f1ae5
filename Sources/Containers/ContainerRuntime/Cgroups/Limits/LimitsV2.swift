import Glibc
import OCI

/// `linux.resources`, which is written in the units of v1, as the files of the v2 controllers.
enum LimitsV2 {
    /// What the cgroup holds now: some files of v2 join what the configuration can say apart.
    struct Present {
        /// memory.max in bytes; `nil`: none.
        var memoryLimit: Int64?
        /// Of memory.current.
        var memoryUsage: Int64 = 0
        /// Of cpu.max.
        var quota = "max"
        var period = "100000"
    }

    static func settings(_ resources: SpecResources, over present: Present) throws(RuntimeError) -> [CgroupSetting] {
        var settings = try memory(resources.memory, present) + cpu(resources.cpu, present)
        if let limit = resources.pidsLimit, limit != 0 {
            settings.append(CgroupSetting("pids", "pids.max", limit > 0 ? String(limit) : "max", at: "pids.limit"))
        }
        settings += blockIO(resources.blockIO)
        for page in resources.hugepageLimits {
            let (limit, path) = (String(page.limit), "hugepageLimits")
            settings.append(CgroupSetting("hugetlb", "hugetlb.\(page.pageSize).max", limit, at: path))
            settings.append(CgroupSetting("hugetlb", "hugetlb.\(page.pageSize).rsvd.max", limit, at: path, absence: .silence))
        }
        return settings + resources.rdma.map(LimitsV1.rdma)
    }

    /// The last word, after everything that v1 knows too.
    static func unified(_ resources: SpecResources) -> [CgroupSetting] {
        resources.unified.map { key, value in
            CgroupSetting(String(key.prefix { $0 != "." }), key, value, at: "unified." + key, absence: .refusal)
        }
    }

    /// What v2 has no file for, by the names of the configuration.
    static func unknown(_ resources: SpecResources) -> [String] {
        var names: [String] = []
        if let memory = resources.memory {
            if memory.kernel ?? 0 != 0 { names.append("memory.kernel") }
            if memory.kernelTCP ?? 0 != 0 { names.append("memory.kernelTCP") }
            if memory.swappiness != nil { names.append("memory.swappiness") }
            if memory.disableOOMKiller == true { names.append("memory.disableOOMKiller") }
        }
        if resources.cpu?.realtimeRuntime ?? 0 != 0 { names.append("cpu.realtimeRuntime") }
        if resources.cpu?.realtimePeriod ?? 0 != 0 { names.append("cpu.realtimePeriod") }
        if resources.blockIO?.leafWeight ?? 0 != 0 { names.append("blockIO.leafWeight") }
        return names
    }

    // MARK: Memory

    private static func memory(_ memory: SpecResources.Memory?, _ present: Present) throws(RuntimeError) -> [CgroupSetting] {
        guard let memory else { return [] }
        var settings: [CgroupSetting] = []
        if let limit = memory.limit, limit != 0 {
            guard memory.checkBeforeUpdate != true || limit < 0 || limit >= present.memoryUsage else {
                throw RuntimeError(
                    "linux.resources.memory.limit: \(limit) is less than what the container uses, \(present.memoryUsage)")
            }
            settings.append(CgroupSetting("memory", "memory.max", text(limit), at: "memory.limit"))
        }
        if let swap = try swap(memory, present) {
            // Without swap on the machine there is nothing to forbid.
            let absence: CgroupSetting.Absence = swap <= 0 ? .silence : .warning
            settings.append(CgroupSetting("memory", "memory.swap.max", text(swap), at: "memory.swap", absence: absence))
        }
        if let low = memory.reservation, low != 0 {
            settings.append(CgroupSetting("memory", "memory.low", text(low), at: "memory.reservation"))
        }
        return settings
    }

    /// v1 bounds memory and swap together, v2 swap alone.
    private static func swap(_ memory: SpecResources.Memory, _ present: Present) throws(RuntimeError) -> Int64? {
        guard let both = memory.swap, both != 0 else { return memory.limit == -1 ? -1 : nil }
        if both < 0 { return -1 }
        let limit = memory.limit.flatMap { $0 == 0 ? nil : $0 } ?? present.memoryLimit
        guard let limit, limit > 0 else {
            throw RuntimeError("linux.resources.memory.swap: it is of memory and swap together, and memory has no limit")
        }
        guard both >= limit else {
            throw RuntimeError("linux.resources.memory.swap: \(both) is less than memory's limit, \(limit), which it includes")
        }
        return both - limit
    }

    private static func text(_ value: Int64) -> String { value < 0 ? "max" : String(value) }

    // MARK: Processors

    private static func cpu(_ cpu: SpecResources.CPU?, _ present: Present) -> [CgroupSetting] {
        guard let cpu else { return [] }
        var settings: [CgroupSetting] = []
        if let shares = cpu.shares, shares != 0, cpu.idle != 1 {
            settings.append(CgroupSetting("cpu", "cpu.weight", String(weight(shares: shares)), at: "cpu.shares"))
        }
        if cpu.quota ?? 0 != 0 || cpu.period ?? 0 != 0 {
            let quota = cpu.quota.flatMap { $0 == 0 ? nil : $0 > 0 ? String($0) : "max" } ?? present.quota
            let period = cpu.period.flatMap { $0 == 0 ? nil : String($0) } ?? present.period
            settings.append(CgroupSetting("cpu", "cpu.max", "\(quota) \(period)", at: "cpu.quota"))
        }
        if let burst = cpu.burst {
            settings.append(
                CgroupSetting("cpu", "cpu.max.burst", String(burst), at: "cpu.burst", absence: burst == 0 ? .silence : .warning))
        }
        if let idle = cpu.idle {
            settings.append(
                CgroupSetting("cpu", "cpu.idle", String(idle), at: "cpu.idle", absence: idle == 0 ? .silence : .warning))
        }
        if let cpus = cpu.cpus, !cpus.isEmpty { settings.append(CgroupSetting("cpuset", "cpuset.cpus", cpus, at: "cpu.cpus")) }
        if let mems = cpu.mems, !mems.isEmpty { settings.append(CgroupSetting("cpuset", "cpuset.mems", mems, at: "cpu.mems")) }
        return settings
    }

    /// The scales' ends and their defaults, 1024 shares and weight 100, meet on this curve; a straight line would give a
    /// container with the default of v1 a third of that of its neighbours.
    static func weight(shares: UInt64) -> UInt64 {
        if shares <= 2 { return 1 }
        if shares >= 262_144 { return 10_000 }
        let octaves = log2(Double(shares))
        let exponent = (octaves * octaves + 125 * octaves) / 612 - 7.0 / 34
        // What is a whole number but for the last bit is that number.
        return UInt64(ceil(pow(10, exponent) - 1e-6))
    }

    // MARK: Disks

    private static func blockIO(_ blockIO: SpecResources.BlockIO?) -> [CgroupSetting] {
        guard let blockIO else { return [] }
        var settings: [CgroupSetting] = []
        func add(_ device: String, _ weight: UInt16, _ path: String) {
            let general = 1 + (max(UInt32(weight), 10) - 10) * 9999 / 990
            settings.append(
                CgroupSetting(
                    "io",
                    [
                        .init(file: "io.bfq.weight", value: "\(device)\(weight)"),
                        .init(file: "io.weight", value: "\(device)\(min(general, 10_000))"),
                    ], at: "blockIO." + path))
        }
        if let weight = blockIO.weight, weight != 0 { add("", weight, "weight") }
        for entry in blockIO.weightDevices {
            if let weight = entry.weight, weight != 0 { add("\(entry.device) ", weight, "weightDevice") }
        }
        for throttle in blockIO.throttles {
            let rate = throttle.rate == 0 ? "max" : String(throttle.rate)
            let value = "\(throttle.device) \(key(throttle.direction))=\(rate)"
            settings.append(CgroupSetting("io", "io.max", value, at: "blockIO.\(throttle.direction.rawValue)"))
        }
        return settings
    }

    private static func key(_ direction: SpecResources.BlockIO.Direction) -> String {
        switch direction {
        case .readBytes: "rbps"
        case .writeBytes: "wbps"
        case .readOperations: "riops"
        case .writeOperations: "wiops"
        }
    }
}
