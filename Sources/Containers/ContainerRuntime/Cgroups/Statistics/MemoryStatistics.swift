import OCI

/// Memory and swap, in bytes.
struct MemoryStatistics {
    let cgroups: CgroupSet

    init(_ cgroups: CgroupSet) {
        self.cgroups = cgroups
    }

    var json: JSON {
        guard let folder = cgroups.holder(of: "memory") else { return [:] }
        return .object(folder.isUnified ? v2(folder) : v1(folder))
    }

    private func v1(_ folder: CgroupFolder) -> [JSON.Member] {
        func entry(_ kind: String) -> JSON {
            let prefix = "memory." + (kind.isEmpty ? "" : kind + ".")
            return [
                "limit": .unsigned(folder.number(prefix + "limit_in_bytes") ?? 0),
                "usage": .unsigned(folder.number(prefix + "usage_in_bytes") ?? 0),
                "max": .unsigned(folder.number(prefix + "max_usage_in_bytes") ?? 0),
                "failcnt": .unsigned(folder.number(prefix + "failcnt") ?? 0),
            ]
        }
        return [
            JSON.Member("cache", .unsigned(folder.number("cache", in: "memory.stat") ?? 0)),
            JSON.Member("usage", entry("")), JSON.Member("swap", entry("memsw")), JSON.Member("kernel", entry("kmem")),
            JSON.Member("kernelTCP", entry("kmem.tcp")), JSON.Member("raw", Self.pairs(folder.text("memory.stat"))),
            JSON.Member("event_count", ["oom_kill": .unsigned(folder.number("oom_kill", in: "memory.oom_control") ?? 0)]),
        ]
    }

    /// No limit is printed as the greatest number; swap is printed with memory, as v1 counts it.
    private func v2(_ folder: CgroupFolder) -> [JSON.Member] {
        let usage = folder.number("memory.current") ?? 0
        let limit = folder.number("memory.max") ?? .max
        let peak = folder.number("memory.peak") ?? 0
        let swapLimit = folder.number("memory.swap.max") ?? .max
        let (sum, overflow) = swapLimit.addingReportingOverflow(limit)
        let swap: JSON = [
            "limit": .unsigned(overflow ? .max : sum),
            "usage": .unsigned(usage &+ (folder.number("memory.swap.current") ?? 0)), "failcnt": 0,
        ]
        let memory: JSON = [
            "limit": .unsigned(limit), "usage": .unsigned(usage), "max": .unsigned(peak),
            "failcnt": .unsigned(folder.number("max", in: "memory.events") ?? 0),
        ]
        var members = [
            JSON.Member("cache", .unsigned(folder.number("file", in: "memory.stat") ?? 0)), JSON.Member("usage", memory),
            JSON.Member("swap", swap), JSON.Member("kernel", ["limit": 0, "failcnt": 0]),
            JSON.Member("kernelTCP", ["limit": 0, "failcnt": 0]), JSON.Member("raw", Self.pairs(folder.text("memory.stat"))),
            JSON.Member("event_count", Self.pairs(folder.text("memory.events"))),
        ]
        if let pressure = PressureStatistics.json(folder, "memory.pressure") { members.append(JSON.Member("psi", pressure)) }
        return members
    }

    /// Lines `key number` as an object.
    static func pairs(_ text: String?) -> JSON {
        var members: [JSON.Member] = []
        for line in (text ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let number = UInt64(words[1]) { members.append(JSON.Member(String(words[0]), .unsigned(number))) }
        }
        return .object(members)
    }
}
