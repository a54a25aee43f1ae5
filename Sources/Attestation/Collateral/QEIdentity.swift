/// Intel's statement of what a genuine quoting enclave looks like and which of its versions are current.
public struct QEIdentity: Equatable, Sendable {
    /// A security version of the quoting enclave and the status it has.
    public struct Level: Equatable, Sendable {
        public let securityVersion: UInt16
        public let status: TCBStatus
        public let advisories: [String]
    }

    public let issueDate: Timestamp
    public let nextUpdate: Timestamp
    public let evaluationNumber: Int
    public let miscSelect: UInt32
    public let miscSelectMask: UInt32
    public let attributes: [UInt8]
    public let attributesMask: [UInt8]
    public let mrsigner: [UInt8]
    public let productID: UInt16
    public let levels: [Level]

    public init(parsing text: String) throws(CollateralError) {
        let fields = try CollateralFields(part: "QE Identity", parsing: text)
        let id = try fields.string("id")
        guard id == "QE" else { throw .unsupported(part: "QE Identity", field: "id", value: id) }
        let version: Int = try fields.integer("version")
        guard version == 2 else { throw .unsupported(part: "QE Identity", field: "version", value: String(version)) }
        issueDate = try fields.timestamp("issueDate")
        nextUpdate = try fields.timestamp("nextUpdate")
        evaluationNumber = try fields.integer("tcbEvaluationDataNumber")
        miscSelect = UInt32(littleEndian: try fields.hex("miscselect", count: 4))
        miscSelectMask = UInt32(littleEndian: try fields.hex("miscselectMask", count: 4))
        attributes = try fields.hex("attributes", count: 16)
        attributesMask = try fields.hex("attributesMask", count: 16)
        mrsigner = try fields.hex("mrsigner", count: 32)
        productID = try fields.integer("isvprodid")
        var levels: [Level] = []
        for level in try fields.objects("tcbLevels") {
            levels.append(
                Level(
                    securityVersion: try level.object("tcb").integer("isvsvn"), status: try level.status("tcbStatus"),
                    advisories: try level.strings("advisoryIDs")))
        }
        self.levels = levels.sorted { $0.securityVersion > $1.securityVersion }
    }

    public func level(securityVersion: UInt16) -> Level? { levels.first { $0.securityVersion <= securityVersion } }
}
