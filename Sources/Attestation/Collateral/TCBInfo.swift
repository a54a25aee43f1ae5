/// Intel's statement of which security versions of one platform family are current.
///
/// Version 3 of the format; version 2, of the retired API, only on request. Levels are tried in the order that their rule
/// gives, highest first, whatever the order in the text.
public struct TCBInfo: Equatable, Sendable {
    public let version: Int
    public let issueDate: Timestamp
    public let nextUpdate: Timestamp
    public let fmspc: [UInt8]
    public let pceID: [UInt8]
    public let evaluationNumber: Int
    public let levels: [TCBLevel]

    public init(parsing text: String, acceptVersion2: Bool = false) throws(CollateralError) {
        let fields = try CollateralFields(part: "TCB Info", parsing: text)
        version = try fields.integer("version")
        guard version == 3 || (version == 2 && acceptVersion2) else {
            throw .unsupported(part: "TCB Info", field: "version", value: String(version))
        }
        if version == 3 {
            let id = try fields.string("id")
            guard id == "SGX" else { throw .unsupported(part: "TCB Info", field: "id", value: id) }
        }
        issueDate = try fields.timestamp("issueDate")
        nextUpdate = try fields.timestamp("nextUpdate")
        fmspc = try fields.hex("fmspc", count: 6)
        pceID = try fields.hex("pceId", count: 2)
        evaluationNumber = try fields.integer("tcbEvaluationDataNumber")
        var levels: [TCBLevel] = []
        for level in try fields.objects("tcbLevels") { levels.append(try TCBLevel(reading: level, version: version)) }
        self.levels = levels.sorted { $1.precedes($0) }
    }

    /// The highest level that this platform reaches in all sixteen components and in the PCE's version.
    public func level(components: [UInt8], pceSVN: UInt16) -> TCBLevel? {
        levels.first { $0.isReached(components: components, pceSVN: pceSVN) }
    }
}
