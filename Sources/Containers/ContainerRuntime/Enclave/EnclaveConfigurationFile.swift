import Glibc
import Linux

/// `/etc/inclavare/config.toml`: which enclave runtimes this machine has and who may choose them, as its administrator wrote it.
///
/// Unknown tables and keys are errors, since a typing error would otherwise choose another enclave.
struct EnclaveConfigurationFile: Equatable {
    static let path = "/etc/inclavare/config.toml"

    /// The socket of the quoting service.
    var quotingSocket = "/var/run/aesmd/aesm.socket"
    /// The runtime of enclave containers that name none.
    var defaultRuntime = "libos"
    /// `enclave.type` of containers that say nothing of it; `nil`: they are ordinary ones.
    var defaultType: String?
    /// Whether `ENCLAVE_*` in a container's environment counts, which images set.
    var allowsEnvironment = false
    /// The program that hosts libraries of the PAL API; `nil`: `rune-pal` beside `rune`.
    var palHost: String?
    var runtimes = ["libos": EnclaveRuntime()]

    static func load() throws(RuntimeError) -> EnclaveConfigurationFile {
        let text: [UInt8]
        do throws(SystemCallError) {
            let file = try FileDescriptor.open(path, O_RDONLY)
            guard try isAdministratorsOwn(file) else {
                throw SystemCallError(EPERM, "trust \(path), which others can write: chown root and chmod go-w")
            }
            text = try FileContents.read(file, path)
        } catch {
            if error.code == ENOENT { return EnclaveConfigurationFile() }
            throw RuntimeError("\(error)")
        }
        return try EnclaveConfigurationFile(parsing: String(decoding: text, as: UTF8.self))
    }

    init() {}

    init(parsing text: String) throws(RuntimeError) {
        var runtime: String?
        var seen = Set<String>()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            do throws(RuntimeError) {
                try take(try ConfigurationLine(line), &runtime, &seen)
            } catch {
                throw RuntimeError("\(Self.path): line \(index + 1): \(error)")
            }
        }
        guard runtimes[defaultRuntime] != nil else {
            throw RuntimeError("\(Self.path): default_runtime: there is no [runtimes.\(defaultRuntime)]")
        }
        for (name, runtime) in runtimes.sorted(by: { $0.key < $1.key }) {
            do throws(RuntimeError) { try runtime.check() } catch {
                throw RuntimeError("\(Self.path): [runtimes.\(name)]: \(error)")
            }
        }
    }

    private mutating func take(
        _ line: ConfigurationLine, _ runtime: inout String?, _ seen: inout Set<String>
    ) throws(RuntimeError) {
        switch line {
        case .nothing: return
        case .runtime(let name):
            guard seen.insert("[\(name)]").inserted else { throw RuntimeError("[runtimes.\(name)] appears twice") }
            runtimes[name] = EnclaveRuntime()
            runtime = name
        case .setting(let key, let value):
            guard seen.insert("\(runtime ?? "") \(key)").inserted else { throw RuntimeError("\(key) appears twice") }
            guard try set(key, value, of: runtime) else { throw RuntimeError("unknown key \"\(key)\"") }
        }
    }

    /// `false`: no such key.
    private mutating func set(
        _ key: String, _ value: ConfigurationValue, of runtime: String?
    ) throws(RuntimeError) -> Bool {
        if let runtime { return try runtimes[runtime, default: EnclaveRuntime()].set(key, value) }
        switch key {
        case "quoting_socket": quotingSocket = try value.path(key)
        case "default_runtime": defaultRuntime = try value.text(key)
        case "default_type":
            let type = try value.text(key)
            guard type == EnclaveSelection.type else {
                throw RuntimeError("\(key): \"\(type)\" is not supported, only intelSgx is")
            }
            defaultType = type
        case "allow_environment": allowsEnvironment = try value.flag(key)
        case "pal_host": palHost = try value.path(key)
        default: return false
        }
        return true
    }

    /// Whoever can write this file chooses code that runs with every right of the host.
    private static func isAdministratorsOwn(_ file: borrowing FileDescriptor) throws(SystemCallError) -> Bool {
        var status = stat()
        try SystemCallError.checkErrno(fstat(file.raw, &status), "examine \(path)")
        return (status.st_uid == 0 || status.st_uid == geteuid()) && status.st_mode & 0o022 == 0
    }
}
