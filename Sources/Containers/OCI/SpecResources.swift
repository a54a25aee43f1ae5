/// `linux.resources`: the limits of the container's cgroup; `nil` leaves the kernel's default.
package struct SpecResources: Sendable {
    package var devices: [DeviceRule] = []
    package var memory: Memory?
    package var cpu: CPU?
    /// 0 or less: no limit.
    package var pidsLimit: Int64?
    package var blockIOWeight: UInt16?
    package var hugepageLimits: [(pageSize: String, limit: UInt64)] = []
    package var unified: [(key: String, value: String)] = []

    package struct DeviceRule: Sendable {
        package var allow: Bool
        package var type: String
        package var major: Int64?
        package var minor: Int64?
        package var access: String
    }

    package struct Memory: Sendable {
        package var limit: Int64?
        package var reservation: Int64?
        package var swap: Int64?
        package var swappiness: UInt64?
        package var disableOOMKiller: Bool?
        package var useHierarchy: Bool?
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
    }

    init(_ object: JSONObject) throws(SpecError) {
        for item in try object.objects("devices") { devices.append(try DeviceRule(item)) }
        memory = try object.object("memory").map(Memory.init)
        cpu = try object.object("cpu").map(CPU.init)
        pidsLimit = try object.object("pids")?.integer("limit")
        blockIOWeight = try object.object("blockIO")?.integer("weight")
        for item in try object.objects("hugepageLimits") {
            let size = try item.required("pageSize", item.string("pageSize"))
            hugepageLimits.append((size, try item.integer("limit") ?? 0))
        }
        unified = try object.dictionary("unified")
    }
}

extension SpecResources.DeviceRule {
    init(_ object: JSONObject) throws(SpecError) {
        allow = try object.bool("allow") ?? false
        type = try object.string("type") ?? "a"
        major = try object.integer("major")
        minor = try object.integer("minor")
        access = try object.string("access") ?? "rwm"
    }
}

extension SpecResources.Memory {
    init(_ object: JSONObject) throws(SpecError) {
        limit = try object.integer("limit")
        reservation = try object.integer("reservation")
        swap = try object.integer("swap")
        swappiness = try object.integer("swappiness")
        disableOOMKiller = try object.bool("disableOOMKiller")
        useHierarchy = try object.bool("useHierarchy")
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
    }
}
