import Glibc
import Linux
import OCI

/// What is kept of a container for `exec`: `process.json` in its state directory.
///
/// Apart from the container's record, since only `exec` reads it and every other command is the faster for that.
struct ProcessRecord: Sendable {
    static let format = "inclavare.rune.process"
    static let version: Int64 = 1

    /// The configuration's `process`, and `linux.personality`; `.null`: it has none.
    var process: JSON
    var personality: JSON
    /// The kinds of namespace the container does not share with the caller of `create`.
    var namespaces: [NamespaceKind]
    var makesKeyring: Bool
    var filter: SeccompProgram?

    init(_ plan: LaunchPlan, filter: SeccompProgram?, makesKeyring: Bool) {
        process = plan.spec.source["process"] ?? .null
        personality = plan.spec.source["linux"]?["personality"] ?? .null
        namespaces = NamespaceKind.allCases.filter(plan.isOwn)
        self.makesKeyring = makesKeyring
        self.filter = filter
    }

    static func path(in directory: StateDirectory) -> String { directory.path + "/process.json" }

    func save(to directory: StateDirectory) throws(RuntimeError) {
        try RuntimeError.wrap { try FileContents.replace(Self.path(in: directory), with: encoded(), mode: 0o600) }
    }

    static func load(from directory: StateDirectory) throws(RuntimeError) -> ProcessRecord {
        let path = path(in: directory)
        let bytes = try RuntimeError.wrap { try FileContents.read(path) }
        return try RuntimeError.wrap(path) { try ProcessRecord(decoding: bytes) }
    }

    // MARK: Its form

    func encoded() -> [UInt8] {
        var filterValue: JSON = .null
        if let filter {
            filterValue = [
                "instructions": .string(Hexadecimal.text(filter.instructions)), "flags": .integer(Int64(filter.flags)),
                "listenerPath": filter.listener.map { .string($0.path) } ?? .null,
                "listenerMetadata": filter.listener.map { .string($0.metadata) } ?? .null,
            ]
        }
        return JSONWriter.write([
            "format": .string(Self.format), "version": .integer(Self.version), "minimumReader": 1,
            "process": process, "personality": personality,
            "namespaces": .array(namespaces.map { .string($0.rawValue) }), "makesKeyring": .bool(makesKeyring),
            "seccomp": filterValue,
        ])
    }

    init(decoding bytes: [UInt8]) throws(SpecError) {
        let json: JSON
        do { json = try JSONParser.parse(bytes) } catch { throw SpecError("", "not valid JSON: \(error)") }
        let object = try JSONObject(json, at: "")
        guard try object.string("format") == Self.format else { throw SpecError("format", "not a process record of rune") }
        guard let needed = try object.integer("minimumReader", as: Int64.self), needed <= Self.version else {
            throw SpecError("minimumReader", "written by a newer rune")
        }
        process = json["process"] ?? .null
        personality = json["personality"] ?? .null
        namespaces = (try object.strings("namespaces") ?? []).compactMap(NamespaceKind.init)
        makesKeyring = try object.bool("makesKeyring") ?? true
        filter = try object.object("seccomp").map(Self.filter)
    }

    private static func filter(_ object: JSONObject) throws(SpecError) -> SeccompProgram {
        let text = try object.required("instructions", object.string("instructions"))
        guard let instructions = Hexadecimal.bytes(text), instructions.count % 8 == 0 else {
            throw SpecError(object.path(of: "instructions"), "not instructions of a filter")
        }
        let listener = try object.string("listenerPath").map { path throws(SpecError) in
            SeccompListener(path: path, metadata: try object.string("listenerMetadata") ?? "")
        }
        return SeccompProgram(instructions: instructions, flags: try object.integer("flags") ?? 0, listener: listener)
    }

    func parsedProcess() throws(SpecError) -> SpecProcess {
        process == .null ? SpecProcess() : try SpecProcess(JSONObject(process, at: "process"))
    }

    func parsedPersonality() throws(SpecError) -> SpecLinux.Personality? {
        personality == .null ? nil : try SpecLinux.Personality(JSONObject(personality, at: "linux.personality"))
    }
}
