import ContainerRuntime
import Glibc

/// The options that stand before the command.
struct GlobalOptions {
    private(set) var root = StateRoot.standard()
    private(set) var log = RuntimeLog()
    private(set) var wantsVersion = false
    /// What loads enclave runtimes of others; `nil` in a program that cannot.
    var libraries: (any EnclaveLibraryLoader)?

    /// What was read before an error stays: the error goes to the log that was named.
    mutating func parse(_ scanner: inout ArgumentScanner) throws {
        while let option = try scanner.option() {
            switch option.name {
            case "--root": root = try Self.absolute(scanner.value(of: option))
            case "--log": log.path = try scanner.value(of: option)
            case "--log-format": log.json = try Self.isJSON(scanner.value(of: option))
            case "--debug": log.debug = try option.flag()
            case "--rootless": try Self.checkRootless(scanner.value(of: option))
            case "--version", "-v": wantsVersion = try option.flag()
            case "--systemd-cgroup":
                if try option.flag() {
                    throw UsageError("--systemd-cgroup is not supported: rune makes cgroups itself; use the driver cgroupfs")
                }
            default: throw UsageError.unknown(option.name)
            }
        }
    }

    private static func absolute(_ path: String) throws -> String {
        guard !path.isEmpty else { throw UsageError("--root must name a directory") }
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { throw UsageError("--root: \"\(path)\" is relative to a directory that is gone") }
        defer { free(current) }
        return String(cString: current) + "/" + path
    }

    private static func isJSON(_ format: String) throws -> Bool {
        guard format == "text" || format == "json" else { throw UsageError("unknown log format \"\(format)\"") }
        return format == "json"
    }

    /// Whether rights are missing is found out where they are needed; the word is only checked.
    private static func checkRootless(_ word: String) throws {
        guard ["true", "false", "auto", "1", "0"].contains(word) else {
            throw UsageError("--rootless: true, false or auto is expected, not \"\(word)\"")
        }
    }
}
