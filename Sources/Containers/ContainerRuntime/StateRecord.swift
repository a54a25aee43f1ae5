import OCI

/// What is kept of a container between commands: `state.json` in its state directory.
///
/// The configuration is not read again: what `start` and `delete` need of it stands here.
struct StateRecord: Sendable {
    static let format = "inclavare.rune.state"
    static let version: Int64 = 2

    var id: String
    var pid: Int32
    /// Field 22 of /proc/PID/stat: with it a pid that came back as another process is recognised.
    var startTime: UInt64
    var bundle: String
    var rootfs: String
    var created: String
    var annotations: [String: String]
    var cgroups: CgroupSet
    var hasOwnPIDNamespace: Bool
    var hooks: JSON
    /// Since version 2; `nil`: an ordinary container.
    var enclave: EnclaveRecord?
    /// The container is being made, and `pid` is the process of `rune` that makes it; where that one has ended, it died of it.
    var isBeingMade = false

    func encoded() -> [UInt8] {
        let annotations = annotations.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
        let object: JSON = [
            "format": .string(Self.format), "version": .integer(Self.version), "minimumReader": 1,
            "id": .string(id), "pid": .integer(Int64(pid)), "startTime": .unsigned(startTime),
            "bundle": .string(bundle), "rootfs": .string(rootfs), "created": .string(created),
            "annotations": .object(annotations), "cgroups": cgroups.paths,
            "hierarchies": cgroups.hierarchies,
            "hasOwnPIDNamespace": .bool(hasOwnPIDNamespace), "hooks": hooks,
            "enclave": enclave?.json ?? .null, "creating": .bool(isBeingMade),
        ]
        return JSONWriter.write(object)
    }

    init(decoding bytes: [UInt8]) throws(SpecError) {
        let json: JSON
        do { json = try JSONParser.parse(bytes) } catch { throw SpecError("", "not valid JSON: \(error)") }
        let object = try JSONObject(json, at: "")
        guard try object.string("format") == Self.format else { throw SpecError("format", "not a state of rune") }
        guard let needed = try object.integer("minimumReader", as: Int64.self), needed <= Self.version else {
            throw SpecError("minimumReader", "written by a newer rune")
        }
        id = try object.required("id", object.string("id"))
        pid = try object.integer("pid") ?? 0
        startTime = try object.integer("startTime") ?? 0
        bundle = try object.string("bundle") ?? ""
        rootfs = try object.string("rootfs") ?? ""
        created = try object.string("created") ?? ""
        annotations = Dictionary(try object.dictionary("annotations").map { ($0.key, $0.value) }) { $1 }
        cgroups = try CgroupSet(record: object)
        hasOwnPIDNamespace = try object.bool("hasOwnPIDNamespace") ?? true
        hooks = json["hooks"] ?? .null
        enclave = try object.object("enclave").map(EnclaveRecord.init)
        isBeingMade = try object.bool("creating") ?? false
    }

    init(
        id: String, pid: Int32, startTime: UInt64, bundle: Bundle, cgroups: CgroupSet, hasOwnPIDNamespace: Bool
    ) {
        self.id = id
        self.pid = pid
        self.startTime = startTime
        self.bundle = bundle.path
        rootfs = bundle.rootfs
        created = Timestamp.now()
        annotations = bundle.spec.annotations
        self.cgroups = cgroups
        self.hasOwnPIDNamespace = hasOwnPIDNamespace
        hooks = bundle.spec.hooks.source
    }

    func parsedHooks() throws(SpecError) -> SpecHooks {
        hooks == .null ? SpecHooks() : try SpecHooks(JSONObject(hooks, at: "hooks"))
    }

    func state(_ status: State.Status) -> State {
        State(
            id: id, status: status, pid: status == .stopped || isBeingMade ? 0 : pid, bundle: bundle, rootfs: rootfs,
            created: created,
            annotations: annotations)
    }
}
