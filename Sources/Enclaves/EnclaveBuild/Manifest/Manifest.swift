import EnclaveCrypto
import Linux
import TOMLKit
import Wire

/// A manifest that was read and found whole: everything of the configuration but what the root filesystem adds.
public struct Manifest: Sendable {
    /// The configuration without index root and length, and with a `buildDate` of 0 when the manifest names none.
    public internal(set) var configuration = EnclaveConfiguration()
    /// The bytes as they were, to be kept beside the enclave.
    public let text: String

    /// - Parameter file: the name that errors begin with.
    public init(_ text: String, file: String) throws(BuildError) {
        self.text = text
        let document = try ManifestDocument(text, file: file)
        try readProgram(document)
        try readEnvironment(document)
        try readLimits(document)
        try readResources(document)
        shareHeapAmongThreads()
        readIdentity(document)
        try readMounts(document)
        try readNetwork(document)
        try checkHostChoices(document)
    }

    /// The configuration over the index of `filesystem` and those of the verified mounts.
    func configuration(over index: IndexImage, of filesystem: RootFilesystem, _ folders: VerifiedFolders) -> EnclaveConfiguration {
        var result = configuration
        result.indexRoot = index.root.bytes
        result.indexLength = UInt64(index.bytes.count)
        for folder in folders.all {
            result.mounts[folder.mount].indexRoot = folder.index.root.bytes
            result.mounts[folder.mount].indexLength = UInt64(folder.index.bytes.count)
        }
        if result.buildDate == 0 { result.buildDate = max(filesystem.newestDate, folders.newestDate) }
        return result
    }

    private mutating func readProgram(_ document: ManifestDocument) throws(BuildError) {
        guard let entrypoint = document.value("entrypoint")?.string else {
            throw document.error(["entrypoint"], "missing", "name the program, such as entrypoint = \"/usr/bin/python3\"")
        }
        configuration.entrypoint = try Self.path(entrypoint, ["entrypoint"], document)
        let arguments = document.value("args").flatMap(ManifestValue.texts) ?? [entrypoint]
        guard !arguments.isEmpty else { throw document.error(["args"], "is empty", "begin with argv[0]") }
        configuration.arguments.values = arguments.map { Array($0.utf8) }
        let (mode, patterns) = Self.rule(document.value("host", "args"))
        configuration.arguments.mode = ArgumentRule.Mode(rawValue: mode) ?? .fixed
        configuration.arguments.patterns = patterns.map { Array($0.utf8) }

        let directory = document.value("working_dir")?.string ?? "/"
        configuration.workingDirectory.value = try Self.path(directory, ["working_dir"], document)
        let hostname = document.value("hostname")?.string ?? "enclave"
        guard (1...64).contains(hostname.utf8.count) else {
            throw document.error(["hostname"], "too long or empty", "give 1 to 64 bytes")
        }
        configuration.hostname.value = Array(hostname.utf8)
        try readText(&configuration.workingDirectory, "working_dir", document, standard: nil)
        try readText(&configuration.hostname, "hostname", document, standard: ["*"])
        try readUser(document)
        try readSignals(document)
    }

    private func readText(
        _ rule: inout TextRule, _ name: String, _ document: ManifestDocument, standard: [String]?
    ) throws(BuildError) {
        var (mode, patterns) = Self.rule(document.value("host", name))
        if document.value("host", name) == nil, let standard { (mode, patterns) = (1, standard) }
        rule.mode = TextRule.Mode(rawValue: mode) ?? .fixed
        rule.patterns = patterns.map { Array($0.utf8) }
    }

    private mutating func readUser(_ document: ManifestDocument) throws(BuildError) {
        if let user = document.value("user").flatMap(ManifestValue.user) {
            configuration.user.value = UserIdentity(uid: user.uid, gid: user.gid)
        }
        let (mode, patterns) = Self.rule(document.value("host", "user"))
        configuration.user.mode = UserRule.Mode(rawValue: mode) ?? .fixed
        for pattern in patterns {
            guard let user = ManifestValue.user(text: pattern) else {
                throw document.error(["host", "user"], "\"\(pattern)\" is not a user", "give \"UID:GID\"")
            }
            configuration.user.allowed.append(UserIdentity(uid: user.uid, gid: user.gid))
        }
    }

    /// Asks to end or to reload, tells of a resized terminal, continues: nothing that makes a program show or open what it would not.
    private static let standardSignals = ["TERM", "INT", "HUP", "WINCH", "CONT"]

    private mutating func readSignals(_ document: ManifestDocument) throws(BuildError) {
        for name in document.value("host", "signals").flatMap(ManifestValue.texts) ?? Self.standardSignals {
            let number = SignalName.number(name) ?? 0
            let bit: UInt64 = number > 0 ? 1 << UInt64(number - 1) : 0
            guard bit & EnclaveConfiguration.grantableSignals != 0 else {
                throw document.error(
                    ["host", "signals"], "\"\(name)\" is not a signal the host may send",
                    "give HUP, INT, QUIT, ABRT, USR1, USR2, ALRM, TERM, CONT, WINCH, IO, PWR, or RTMIN+0 to RTMIN+30")
            }
            configuration.hostSignals |= bit
        }
    }

    /// 0 fixed, 1 allow, 2 any: the same in all rules of the configuration.
    private static func rule(_ value: (any TOMLValueConvertible)?) -> (UInt8, [String]) {
        guard let value else { return (0, []) }
        if let patterns = ManifestValue.texts(value) { return (1, patterns) }
        return (value.string == "any" ? 2 : 0, [])
    }
}
