/// Intel's statement of what one of its genuine enclaves looks like and which of its versions are current.
public struct QEIdentity: Equatable, Sendable {
    /// Which enclave: the quoting enclaves for SGX and TDX, or those that verify and appraise quotes.
    public enum Kind: String, Sendable {
        case quotingEnclave = "QE"
        case domainQuotingEnclave = "TD_QE"
        case verificationEnclave = "QVE"
        case appraisalEnclave = "QAE"
    }

    public let kind: Kind
    public let issueDate: Timestamp
    public let nextUpdate: Timestamp
    public let evaluationNumber: Int
    public let miscSelect: UInt32
    public let miscSelectMask: UInt32
    public let attributes: [UInt8]
    public let attributesMask: [UInt8]
    public let mrsigner: [UInt8]
    public let productID: UInt16
    /// Highest first.
    public let levels: [VersionLevel]

    public init(parsing text: String) throws(CollateralError) {
        let fields = try CollateralFields(part: "QE Identity", parsing: text)
        let id = try fields.string("id")
        guard let kind = Kind(rawValue: id) else { throw .unsupported(part: fields.part, field: "id", value: id) }
        self.kind = kind
        let version: Int = try fields.integer("version")
        guard version == 2 else { throw .unsupported(part: fields.part, field: "version", value: String(version)) }
        issueDate = try fields.timestamp("issueDate")
        nextUpdate = try fields.timestamp("nextUpdate")
        evaluationNumber = try fields.integer("tcbEvaluationDataNumber")
        miscSelect = UInt32(littleEndian: try fields.hex("miscselect", count: 4))
        miscSelectMask = UInt32(littleEndian: try fields.hex("miscselectMask", count: 4))
        attributes = try fields.hex("attributes", count: 16)
        attributesMask = try fields.hex("attributesMask", count: 16)
        mrsigner = try fields.hex("mrsigner", count: 32)
        productID = try fields.integer("isvprodid")
        levels = try VersionLevel.list(fields, among: TCBStatus.ofQuotingEnclaves)
    }
}
