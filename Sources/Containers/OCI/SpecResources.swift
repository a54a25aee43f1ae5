/// `linux.resources`: the limits of the container's cgroup; `nil` leaves what the kernel has (runtime-spec, config-linux.md).
package struct SpecResources: Sendable {
    package var devices: [DeviceRule] = []
    package var memory: Memory?
    package var cpu: CPU?
    /// Less than 0: no limit.
    ///
    /// 0 changes nothing: it is what callers write who mean to say nothing.
    package var pidsLimit: Int64?
    package var blockIO: BlockIO?
    package var hugepageLimits: [(pageSize: String, limit: UInt64)] = []
    package var network: Network?
    package var rdma: [RDMA] = []
    /// Files of cgroup v2 by their names.
    package var unified: [(key: String, value: String)] = []

    package struct Memory: Sendable {
        package var limit: Int64?
        package var reservation: Int64?
        /// Memory and swap together.
        package var swap: Int64?
        package var kernel: Int64?
        package var kernelTCP: Int64?
        package var swappiness: UInt64?
        package var disableOOMKiller: Bool?
        package var useHierarchy: Bool?
        package var checkBeforeUpdate: Bool?

        package init() {}
    }

    package struct CPU: Sendable {
        package var shares: UInt64?
        package var quota: Int64?
        package var period: UInt64?
        package var burst: UInt64?
        package var realtimeRuntime: Int64?
        package var realtimePeriod: UInt64?
        package var cpus: String?
        package var mems: String?
        package var idle: Int64?

        package init() {}
    }

    package init() {}

    /// Reads what `update --resources` is given.
    package init(parsing bytes: [UInt8]) throws(SpecError) {
        let json: JSON
        do { json = try JSONParser.parse(bytes) } catch { throw SpecError("", "not valid JSON: \(error)") }
        try self.init(JSONObject(json, at: ""))
    }

    init(_ object: JSONObject) throws(SpecError) {
        for item in try object.objects("devices") { devices.append(try DeviceRule(item)) }
        memory = try object.object("memory").map(Memory.init)
        cpu = try object.object("cpu").map(CPU.init)
        pidsLimit = try object.object("pids")?.integer("limit")
        blockIO = try object.object("blockIO").map(BlockIO.init)
        hugepageLimits = try Self.hugepages(object)
        network = try object.object("network").map(Network.init)
        rdma = try RDMA.limits(object)
        unified = try Self.unified(object)
    }

    /// `2MB` is part of a file's name: nothing else may stand there.
    private static func hugepages(_ object: JSONObject) throws(SpecError) -> [(pageSize: String, limit: UInt64)] {
        var limits: [(pageSize: String, limit: UInt64)] = []
        for item in try object.objects("hugepageLimits") {
            let size = try item.required("pageSize", item.string("pageSize"))
            let digits = size.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, ["KB", "MB", "GB"].contains(size.dropFirst(digits.count)) else {
                throw SpecError(item.path(of: "pageSize"), "a size like 64KB, 2MB or 1GB is expected, not \"\(size)\"")
            }
            limits.append((size, try item.integer("limit") ?? 0))
        }
        return limits
    }

    private static func unified(_ object: JSONObject) throws(SpecError) -> [(key: String, value: String)] {
        let entries = try object.dictionary("unified")
        for (key, _) in entries {
            let place = "\(object.path(of: "unified")).\(key)"
            guard !key.utf8.contains(UInt8(ascii: "/")), !key.utf8.contains(0), key.contains("."), !key.hasPrefix(".") else {
                throw SpecError(place, "the name of a cgroup file is expected, CONTROLLER.NAME")
            }
            // What moves processes could take others' into the container's cgroup, which end with it.
            guard !["cgroup.procs", "cgroup.threads"].contains(key) else {
                throw SpecError(place, "is no limit: it moves processes")
            }
        }
        return entries
    }
}

extension SpecResources.Memory {
    init(_ object: JSONObject) throws(SpecError) {
        limit = try object.integer("limit")
        reservation = try object.integer("reservation")
        swap = try object.integer("swap")
        kernel = try object.integer("kernel")
        kernelTCP = try object.integer("kernelTCP")
        swappiness = try object.integer("swappiness")
        disableOOMKiller = try object.bool("disableOOMKiller")
        useHierarchy = try object.bool("useHierarchy")
        checkBeforeUpdate = try object.bool("checkBeforeUpdate")
        if let swappiness, swappiness > 100 {
            throw SpecError(object.path(of: "swappiness"), "\(swappiness) is not between 0 and 100")
        }
    }
}

extension SpecResources.CPU {
    init(_ object: JSONObject) throws(SpecError) {
        shares = try object.integer("shares")
        quota = try object.integer("quota")
        period = try object.integer("period")
        burst = try object.integer("burst")
        realtimeRuntime = try object.integer("realtimeRuntime")
        realtimePeriod = try object.integer("realtimePeriod")
        cpus = try object.string("cpus")
        mems = try object.string("mems")
        idle = try object.integer("idle")
        if let idle, idle != 0, idle != 1 { throw SpecError(object.path(of: "idle"), "0 or 1 is expected, not \(idle)") }
    }
}
