import Glibc
import Linux
import OCI

/// What a container uses, in the shape `runc events` prints it, which other programs parse.
struct CgroupStatistics {
    let cgroups: CgroupSet

    var json: JSON {
        [
            "cpu": CPUStatistics(cgroups).json,
            "cpuset": cpuset,
            "memory": MemoryStatistics(cgroups).json,
            "pids": pids,
            "blkio": BlockIOStatistics(cgroups).json,
            "hugetlb": hugetlb,
            "intel_rdt": [:],
            "network_interfaces": .null,
        ]
    }

    private var pids: JSON {
        guard let folder = cgroups.holder(of: "pids") else { return [:] }
        return ["current": .unsigned(folder.number("pids.current") ?? 0), "limit": .unsigned(folder.number("pids.max") ?? 0)]
    }

    private var cpuset: JSON {
        guard let folder = cgroups.holder(of: "cpuset") else { return [:] }
        let suffix = folder.isUnified ? ".effective" : ""
        return [
            "cpus": Self.list(folder.text("cpuset.cpus" + suffix)), "mems": Self.list(folder.text("cpuset.mems" + suffix)),
        ]
    }

    /// Reads `0-2,5` as 0, 1, 2, 5.
    static func list(_ text: String?) -> JSON {
        var numbers: [JSON] = []
        for part in (text ?? "").split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let ends = part.split(separator: "-").compactMap { Int64($0) }
            guard let first = ends.first, let last = ends.last, first <= last, last < 65536 else { continue }
            numbers += (first...last).map { .integer($0) }
        }
        return .array(numbers)
    }

    private var hugetlb: JSON {
        guard let folder = cgroups.holder(of: "hugetlb") else { return [:] }
        var members: [JSON.Member] = []
        for name in Self.hugepageFolders {
            guard let kilobytes = UInt64(name.dropFirst("hugepages-".utf8.count).dropLast(2)) else { continue }
            let size = Self.pageSize(kilobytes)
            let files = folder.isUnified ? ["current", "max", ""] : ["usage_in_bytes", "max_usage_in_bytes", "failcnt"]
            members.append(
                JSON.Member(
                    size,
                    [
                        "usage": .unsigned(folder.number("hugetlb.\(size).\(files[0])") ?? 0),
                        "max": .unsigned(folder.number("hugetlb.\(size).\(files[1])") ?? 0),
                        "failcnt": .unsigned(
                            folder.isUnified
                                ? folder.number("max", in: "hugetlb.\(size).events") ?? 0
                                : folder.number("hugetlb.\(size).\(files[2])") ?? 0),
                    ]))
        }
        return .object(members)
    }

    private static var hugepageFolders: [String] {
        let path = "/sys/kernel/mm/hugepages"
        guard let folder = try? FileDescriptor.open(path, O_RDONLY | O_DIRECTORY) else { return [] }
        return (try? FolderListing.names(of: folder.raw, path)) ?? []
    }

    private static func pageSize(_ kilobytes: UInt64) -> String {
        if kilobytes >= 1 << 20 { return "\(kilobytes >> 20)GB" }
        return kilobytes >= 1024 ? "\(kilobytes >> 10)MB" : "\(kilobytes)KB"
    }
}
