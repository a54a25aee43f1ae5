import Glibc

/// The environment that a library of others finds: the container's, but for what makes C libraries load or read files by name.
struct LibraryEnvironment {
    private static let steering = [
        "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "MALLOC_TRACE", "NIS_PATH",
        "NLSPATH",
        "RESOLV_HOST_CONF", "RES_OPTIONS", "TMPDIR", "TZDIR",
    ]

    let entries: [(name: String, value: String)]

    init(_ environment: [String]) {
        entries = environment.compactMap { entry in
            guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = String(entry[..<equals])
            guard !name.isEmpty, !Self.steers(name) else { return nil }
            return (name, String(Substring(entry.utf8[equals...].dropFirst())))
        }
    }

    /// Whether a variable is one that loaders and C libraries act on.
    static func steers(_ name: String) -> Bool { name.hasPrefix("LD_") || steering.contains(name) }

    /// Takes the place of this process's own.
    func apply() {
        clearenv()
        for entry in entries { setenv(entry.name, entry.value, 1) }
    }
}
