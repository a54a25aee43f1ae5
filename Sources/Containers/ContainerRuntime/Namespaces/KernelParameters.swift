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
        let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
        guard let separator = key.utf8.first(where: { $0 == dot || $0 == slash }), separator == dot else { return key }
        return String(decoding: key.utf8.map { $0 == dot ? slash : $0 == slash ? dot : $0 }, as: UTF8.self)
    }

    /// Whether the file it means is where its name says: no component is empty, `.` or `..`, which two slashes between dots become.
    ///
    /// Else `net.//.kernel.core_pattern` would be a parameter of a network namespace that sets one of the machine.
    static func isName(_ key: String) -> Bool {
        path(key).utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.contains(0) && part.contains { $0 != UInt8(ascii: ".") }
        }
    }
}
