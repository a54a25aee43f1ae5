import Linux
import OCI

/// `linux.sysctl`: kernel parameters of the container's namespaces.
struct KernelParameters {
    let entries: [(key: String, value: String)]

    /// /proc/sys shows each reader the values of its own namespaces, whichever /proc it is.
    func apply() throws(RuntimeError) {
        guard !entries.isEmpty else { return }
        try RuntimeError.wrap("linux.sysctl") {
            let proc = try ProcFilesystem()
            for (key, value) in entries { try proc.write(value, to: "sys/" + Self.path(key)) }
        }
    }

    /// `net.ipv4.ip_forward` and `net/ipv4/ip_forward` are the same; in the first form a slash stands for a dot in a name, as
    /// in `net.ipv4.conf.eth0/100.forwarding` (sysctl.d(5)).
    static func path(_ key: String) -> String {
        guard let separator = key.first(where: { $0 == "." || $0 == "/" }), separator == "." else { return key }
        return String(key.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
    }
}
