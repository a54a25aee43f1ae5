/// A security version of an enclave or a TDX module, and the status it has.
public struct VersionLevel: Equatable, Sendable {
    public let securityVersion: UInt16
    public let date: Timestamp
    public let status: TCBStatus
    public let advisories: [String]

    /// Reads `tcbLevels`, the highest version first whatever the order in the text.
    static func list(_ fields: CollateralFields, among statuses: Set<TCBStatus>) throws(CollateralError) -> [VersionLevel] {
        var levels: [VersionLevel] = []
        for level in try fields.objects("tcbLevels") {
            levels.append(
                VersionLevel(
                    securityVersion: try level.object("tcb").integer("isvsvn"), date: try level.timestamp("tcbDate"),
                    status: try level.status("tcbStatus", among: statuses), advisories: try level.strings("advisoryIDs")))
        }
        return levels.sorted { $0.securityVersion > $1.securityVersion }
    }
}
