/// Intel's statement of which security versions of one platform family are current, for SGX or for TDX.
///
/// Version 3 of the format; version 2, of the retired API, and unknown ones only on request. Levels are tried in the order that their
/// rule gives, highest first, whatever the order in the text.
public struct TCBInfo: Equatable, Sendable {
    public enum Kind: String, Sendable {
        case sgx = "SGX"
        case tdx = "TDX"
    }

    public let kind: Kind
    public let version: Int
    public let issueDate: Timestamp
    public let nextUpdate: Timestamp
    public let fmspc: [UInt8]
    public let pceID: [UInt8]
    public let evaluationNumber: Int
    public let levels: [TCBLevel]
    /// TDX only: the module without a version, and those with one.
    public let module: TDXModule?
    public let versionedModules: [TDXModule]

    public init(parsing text: String, options: VerificationOptions = .strict) throws(CollateralError) {
        let fields = try CollateralFields(part: "TCB Info", parsing: text)
        version = try Self.version(fields, options)
        let kind = version >= 3 ? try Self.kind(fields) : .sgx
        self.kind = kind
        issueDate = try fields.timestamp("issueDate")
        nextUpdate = try fields.timestamp("nextUpdate")
        fmspc = try fields.hex("fmspc", count: 6)
        pceID = try fields.hex("pceId", count: 2)
        evaluationNumber = try fields.integer("tcbEvaluationDataNumber")
        var levels: [TCBLevel] = []
        for level in try fields.objects("tcbLevels") { levels.append(try TCBLevel(reading: level, version: version, kind: kind)) }
        self.levels = levels.sorted { $1.precedes($0) }
        module = kind == .tdx ? try TDXModule(reading: fields.object("tdxModule"), isVersioned: false) : nil
        versionedModules = kind == .tdx ? try Self.versionedModules(fields) : []
    }

    private static func version(_ fields: CollateralFields, _ options: VerificationOptions) throws(CollateralError) -> Int {
        let version: Int = try fields.integer("version")
        let accepted =
            switch version {
            case 3: true
            case 2: options.oldTCBInfo == .accept
            case 4...255: options.unknownTCBInfo == .readAsVersion3
            default: false
            }
        guard accepted else { throw .unsupported(part: fields.part, field: "version", value: String(version)) }
        return version
    }

    private static func kind(_ fields: CollateralFields) throws(CollateralError) -> Kind {
        let id = try fields.string("id")
        guard let kind = Kind(rawValue: id) else { throw .unsupported(part: fields.part, field: "id", value: id) }
        return kind
    }

    /// Early TCB Infos for TDX have no versioned modules.
    private static func versionedModules(_ fields: CollateralFields) throws(CollateralError) -> [TDXModule] {
        guard fields.has("tdxModuleIdentities") else { return [] }
        var modules: [TDXModule] = []
        for module in try fields.objects("tdxModuleIdentities") {
            let module = try TDXModule(reading: module, isVersioned: true)
            guard !modules.contains(where: { $0.id == module.id }) else {
                throw .badValue(part: fields.part, field: "tdxModuleIdentities", value: "naming \(module.id ?? "") twice")
            }
            modules.append(module)
        }
        return modules
    }
}
