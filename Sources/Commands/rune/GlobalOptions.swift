import ContainerRuntime
import Glibc

/// The options that stand before the verb.
struct GlobalOptions {
    var root: String
    var log = RuntimeLog()
    var wantsVersion = false
    var wantsHelp = false
    var libraries: (any EnclaveLibraryLoader)?

    init(_ scanner: inout ArgumentScanner) throws {
        root = Self.defaultRoot()
        while let option = try scanner.option() {
            switch option.name {
            case "--root": root = try scanner.value(of: option)
            case "--log": log.path = try scanner.value(of: option)
            case "--log-format": try setFormat(scanner.value(of: option))
            case "--debug": log.debug = true
            case "--rootless": if option.value == nil { _ = try scanner.value(of: option) }
            case "--version", "-v": wantsVersion = true
            case "--help", "-h": wantsHelp = true
            case "--systemd-cgroup":
                throw UsageError("--systemd-cgroup is not supported: rune makes cgroups itself")
            default: throw UsageError.unknown(option.name)
            }
        }
        guard root.hasPrefix("/") else { throw UsageError("--root must be an absolute path, not \"\(root)\"") }
    }

    private mutating func setFormat(_ format: String) throws {
        guard format == "text" || format == "json" else { throw UsageError("unknown log format \"\(format)\"") }
        log.json = format == "json"
    }

    private static func defaultRoot() -> String {
        if geteuid() != 0, let directory = getenv("XDG_RUNTIME_DIR") { return String(cString: directory) + "/rune" }
        return "/run/rune"
    }
}
