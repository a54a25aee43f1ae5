/// One row of a TCB Info: the versions it asks for and the status it grants.
public struct TCBLevel: Equatable, Sendable {
    public let components: [TCBComponent]
    /// What it asks of TEE_TCB_SVN; empty in a TCB Info for SGX.
    public let domainComponents: [TCBComponent]
    public let pceSVN: UInt16
    public let date: Timestamp
    public let status: TCBStatus
    public let advisories: [String]

    init(reading fields: CollateralFields, version: Int, kind: TCBInfo.Kind) throws(CollateralError) {
        let tcb = try fields.object("tcb")
        components = version >= 3 ? try Self.listed(tcb, "sgxtcbcomponents") : try Self.flat(tcb)
        domainComponents = kind == .tdx ? try Self.listed(tcb, "tdxtcbcomponents") : []
        pceSVN = try tcb.integer("pcesvn")
        date = try fields.timestamp("tcbDate")
        status = try fields.status("tcbStatus", among: TCBStatus.ofPlatforms)
        advisories = try fields.strings("advisoryIDs")
    }

    /// The order in which Intel lists levels: by components, by the PCE's version, by the domain's components.
    func precedes(_ other: TCBLevel) -> Bool {
        if let order = Self.order(components, other.components) { return order }
        guard pceSVN == other.pceSVN else { return pceSVN < other.pceSVN }
        return Self.order(domainComponents, other.domainComponents) ?? false
    }

    private static func order(_ left: [TCBComponent], _ right: [TCBComponent]) -> Bool? {
        for (mine, theirs) in zip(left, right) where mine.version != theirs.version { return mine.version < theirs.version }
        return nil
    }

    private static func listed(_ tcb: CollateralFields, _ key: String) throws(CollateralError) -> [TCBComponent] {
        var components: [TCBComponent] = []
        for component in try tcb.objects(key) { components.append(try TCBComponent(reading: component)) }
        guard components.count == 16 else {
            throw .badValue(part: tcb.part, field: key, value: "a list of \(components.count)")
        }
        return components
    }

    private static func flat(_ tcb: CollateralFields) throws(CollateralError) -> [TCBComponent] {
        var components: [TCBComponent] = []
        for index in 1...16 {
            components.append(TCBComponent(version: try tcb.integer("sgxtcbcomp\(index < 10 ? "0" : "")\(index)svn")))
        }
        return components
    }
}
