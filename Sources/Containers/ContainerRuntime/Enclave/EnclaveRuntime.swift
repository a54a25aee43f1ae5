/// What the administrator says of one enclave runtime, `[runtimes.NAME]`: the LibOS, or a library of others behind the PAL API.
struct EnclaveRuntime: Equatable, Sendable {
    /// Where the built enclave of the LibOS is, a folder of the host; `nil`: `/.inclavare` of the container's root filesystem.
    var folder: String?
    /// A shared library of the host with the functions of the PAL API; `nil`: the LibOS.
    var library: String?
    /// Libraries that are loaded before it, because nothing can be loaded once the container is entered.
    var preload: [String] = []
    /// Device files the library opens; `nil`: those of SGX that the machine has.
    var devices: [String]?
    /// Whether /dev/sgx_provision is among them.
    var provisions = false
    /// Whether the library reaches the AESM service's socket.
    var usesAESM = false
    /// Whether `rune attest` may ask the library for a report.
    var attestsFromHost = false

    /// `false`: no such key.
    mutating func set(_ key: String, _ value: ConfigurationValue) throws(RuntimeError) -> Bool {
        switch key {
        case "folder": folder = try value.path(key)
        case "library": library = try value.path(key)
        case "preload": preload = try value.names(key)
        case "devices": devices = try value.devices(key)
        case "provision": provisions = try value.flag(key)
        case "aesm": usesAESM = try value.flag(key)
        case "attest_from_host": attestsFromHost = try value.flag(key)
        default: return false
        }
        return true
    }

    func check() throws(RuntimeError) {
        if library != nil {
            guard folder == nil else { throw RuntimeError("folder and library exclude each other") }
            return
        }
        guard preload.isEmpty, devices == nil, !provisions, !usesAESM, !attestsFromHost else {
            throw RuntimeError("preload, devices, provision, aesm and attest_from_host go with a library only")
        }
    }
}

extension ConfigurationValue {
    func text(_ key: String) throws(RuntimeError) -> String {
        guard case .text(let text) = self else { throw RuntimeError("\(key): a string in quotes is expected") }
        return text
    }

    func flag(_ key: String) throws(RuntimeError) -> Bool {
        guard case .flag(let flag) = self else { throw RuntimeError("\(key): true or false is expected") }
        return flag
    }

    func path(_ key: String) throws(RuntimeError) -> String {
        let path = try text(key)
        guard path.hasPrefix("/") else { throw RuntimeError("\(key) must be absolute, not \"\(path)\"") }
        return path
    }

    private func list(_ key: String) throws(RuntimeError) -> [String] {
        guard case .list(let list) = self else { throw RuntimeError("\(key): a list of strings is expected") }
        return list
    }

    /// Names that the loader looks for in the host's folders, or absolute paths.
    fileprivate func names(_ key: String) throws(RuntimeError) -> [String] {
        let names = try list(key)
        for name in names where name.contains("/") && !name.hasPrefix("/") {
            throw RuntimeError("\(key): \"\(name)\" is neither a name nor an absolute path")
        }
        return names
    }

    fileprivate func devices(_ key: String) throws(RuntimeError) -> [String] {
        let paths = try list(key)
        for path in paths where !path.hasPrefix("/dev/") { throw RuntimeError("\(key): \"\(path)\" is not below /dev") }
        return paths
    }
}
