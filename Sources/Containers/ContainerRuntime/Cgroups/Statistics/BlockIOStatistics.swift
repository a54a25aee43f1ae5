import OCI

/// What was read from disks and written to them.
struct BlockIOStatistics {
    let cgroups: CgroupSet

    init(_ cgroups: CgroupSet) {
        self.cgroups = cgroups
    }

    var json: JSON {
        if let folder = cgroups.v1("blkio") {
            return [
                "ioServiceBytesRecursive": Self.entries(Self.first(folder, "io_service_bytes_recursive")),
                "ioServicedRecursive": Self.entries(Self.first(folder, "io_serviced_recursive")),
            ]
        }
        guard let folder = cgroups.holder(of: "io") else { return [:] }
        var members = Self.unified(folder.text("io.stat") ?? "")
        if let pressure = PressureStatistics.json(folder, "io.pressure") { members.append(JSON.Member("psi", pressure)) }
        return .object(members)
    }

    /// The scheduler's count where it has one, else that of the throttling, which sees what goes through it.
    private static func first(_ folder: CgroupFolder, _ name: String) -> String {
        for prefix in ["blkio.bfq.", "blkio.throttle."] {
            if let text = folder.text(prefix + name), text.contains(":") { return text }
        }
        return ""
    }

    /// Reads lines like `8:0 Read 4096`.
    static func entries(_ text: String) -> JSON {
        var entries: [JSON] = []
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
            guard words.count == 4, let major = UInt64(words[0]), let minor = UInt64(words[1]), let value = UInt64(words[3])
            else { continue }
            entries.append(entry(major, minor, String(words[2]), value))
        }
        return .array(entries)
    }

    private static func entry(_ major: UInt64, _ minor: UInt64, _ operation: String, _ value: UInt64) -> JSON {
        ["major": .unsigned(major), "minor": .unsigned(minor), "op": .string(operation), "value": .unsigned(value)]
    }

    /// Reads lines like `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`.
    static func unified(_ text: String) -> [JSON.Member] {
        let bytes = ["rbytes": "Read", "wbytes": "Write", "dbytes": "Discard"]
        let operations = ["rios": "Read", "wios": "Write", "dios": "Discard"]
        var (sizes, counts): ([JSON], [JSON]) = ([], [])
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let device = (words.first ?? "").split(separator: ":").compactMap { UInt64($0) }
            guard device.count == 2 else { continue }
            for word in words.dropFirst() {
                let pair = word.split(separator: "=").map(String.init)
                guard pair.count == 2, let value = UInt64(pair[1]) else { continue }
                if let name = bytes[pair[0]] { sizes.append(entry(device[0], device[1], name, value)) }
                if let name = operations[pair[0]] { counts.append(entry(device[0], device[1], name, value)) }
            }
        }
        return [JSON.Member("ioServiceBytesRecursive", .array(sizes)), JSON.Member("ioServicedRecursive", .array(counts))]
    }
}
