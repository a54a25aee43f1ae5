import OCI

/// Processor time, in nanoseconds.
struct CPUStatistics {
    let cgroups: CgroupSet

    init(_ cgroups: CgroupSet) {
        self.cgroups = cgroups
    }

    var json: JSON {
        var members = [JSON.Member("usage", usage), JSON.Member("throttling", throttling)]
        if let unified = cgroups.unified, let pressure = PressureStatistics.json(unified, "cpu.pressure") {
            members.append(JSON.Member("psi", pressure))
        }
        return .object(members)
    }

    /// v2 counts time in every cgroup, with or without the controller.
    private var usage: JSON {
        if let folder = cgroups.v1("cpuacct") { return usage(folder) }
        guard let unified = cgroups.unified else { return ["kernel": 0, "user": 0] }
        func nanoseconds(_ key: String) -> JSON { .unsigned((unified.number(key, in: "cpu.stat") ?? 0) &* 1000) }
        return [
            "total": nanoseconds("usage_usec"), "kernel": nanoseconds("system_usec"), "user": nanoseconds("user_usec"),
        ]
    }

    private func usage(_ folder: CgroupFolder) -> JSON {
        func each(_ file: String) -> JSON {
            let numbers = folder.text(file)?.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) } ?? []
            return .array(numbers.map { .unsigned($0) })
        }
        return [
            "total": .unsigned(folder.number("cpuacct.usage") ?? 0),
            "percpu": each("cpuacct.usage_percpu"),
            "percpu_kernel": each("cpuacct.usage_percpu_sys"),
            "percpu_user": each("cpuacct.usage_percpu_user"),
            "kernel": .unsigned(folder.number("cpuacct.usage_sys") ?? 0),
            "user": .unsigned(folder.number("cpuacct.usage_user") ?? 0),
        ]
    }

    private var throttling: JSON {
        guard let folder = cgroups.holder(of: "cpu") else { return [:] }
        let time =
            folder.isUnified
            ? (folder.number("throttled_usec", in: "cpu.stat") ?? 0) &* 1000 : folder.number("throttled_time", in: "cpu.stat") ?? 0
        return [
            "periods": .unsigned(folder.number("nr_periods", in: "cpu.stat") ?? 0),
            "throttledPeriods": .unsigned(folder.number("nr_throttled", in: "cpu.stat") ?? 0),
            "throttledTime": .unsigned(time),
        ]
    }
}
