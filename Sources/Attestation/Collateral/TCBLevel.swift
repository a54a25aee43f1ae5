/// One row of a TCB Info: the versions it asks for and the status it grants.
public struct TCBLevel: Equatable, Sendable {
    public let components: [UInt8]
    public let pceSVN: UInt16
    public let date: Timestamp
    public let status: TCBStatus
    public let advisories: [String]

    init(reading fields: CollateralFields, version: Int) throws(CollateralError) {
        let tcb = try fields.object("tcb")
        components = version == 3 ? try Self.listed(tcb) : try Self.flat(tcb)
        pceSVN = try tcb.integer("pcesvn")
        date = try fields.timestamp("tcbDate")
        status = try fields.status("tcbStatus")
        advisories = try fields.strings("advisoryIDs")
    }

    func isReached(components reached: [UInt8], pceSVN reachedPCE: UInt16) -> Bool {
        reached.count == components.count && reachedPCE >= pceSVN && zip(reached, components).allSatisfy { $0 >= $1 }
    }

    /// The order in which Intel lists levels: by components, then by the PCE's version.
    func precedes(_ other: TCBLevel) -> Bool {
        for (mine, theirs) in zip(components, other.components) where mine != theirs { return mine < theirs }
        return pceSVN < other.pceSVN
    }

    private static func listed(_ tcb: CollateralFields) throws(CollateralError) -> [UInt8] {
        var components: [UInt8] = []
        for component in try tcb.objects("sgxtcbcomponents") { components.append(try component.integer("svn")) }
        guard components.count == 16 else {
            throw .badValue(part: tcb.part, field: "sgxtcbcomponents", value: "a list of \(components.count)")
        }
        return components
    }

    private static func flat(_ tcb: CollateralFields) throws(CollateralError) -> [UInt8] {
        var components: [UInt8] = []
        for index in 1...16 { components.append(try tcb.integer("sgxtcbcomp\(index < 10 ? "0" : "")\(index)svn")) }
        return components
    }
}
