import TOMLKit

/// The two forms of a policy: TOML, and JSON with the same tables and keys. Every key is known or refused.
///
/// `PolicySchema` lists the keys, and `docs/reference/policy.md` is made from it.
extension Policy {
    /// Reads either form: what begins with a brace is JSON.
    public init(text: String) throws(PolicyError) {
        if text.first(where: { !$0.isWhitespace }) == "{" { try self.init(json: text) } else { try self.init(toml: text) }
    }

    public init(toml text: String) throws(PolicyError) {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw .syntax("TOML: \(error.description)", line: error.source.begin.line, column: error.source.begin.column)
        } catch {
            throw .syntax("TOML: \(error)", line: 1, column: 1)
        }
        try self.init(PolicyTable(path: "", values: PolicyValue.members(table), line: PolicyLines.toml(text)))
    }

    public init(json text: String) throws(PolicyError) {
        let bytes = Array(text.utf8)
        let root: JSONValue
        do {
            root = try JSONReader.parse(bytes)
        } catch {
            let (line, column) = PolicyLines.position(of: error.offset, in: bytes)
            throw .syntax("JSON: \(error.reason.rawValue)", line: line, column: column)
        }
        guard case .table(let values) = PolicyValue(root) else { throw .syntax("JSON: not an object", line: 1, column: 1) }
        try self.init(PolicyTable(path: "", values: values, line: PolicyLines.json(bytes, root)))
    }

    private init(_ root: PolicyTable) throws(PolicyError) {
        let tables = try Self.tables(root)
        let enclave = tables["enclave"]
        try self.init(
            measurements: enclave?.digests("mrenclave") ?? [], signers: enclave?.digests("mrsigner") ?? [],
            productID: enclave?.integer("product_id", 0...65_535).map { UInt16($0) },
            minimumSecurityVersion: UInt16(enclave?.integer("minimum_security_version", 0...65_535) ?? 0),
            allowsDebug: enclave?.bool("debug") ?? false, trustDomain: Self.trustDomain(tables["trust_domain"]),
            simulationRoot: Self.simulationRoot(tables["simulation"]))
        hostConfigurations = try enclave?.padded("config_id") ?? []
        reportData = try Self.reportData(enclave, tables["trust_domain"])
        if let platform = tables["platform"] { try read(platform: platform) }
        if let switches = tables["verification"] {
            for choice in VerificationSwitch.all { try switches.choose(choice, &options) }
        }
    }

    /// Every table by its name, with known keys only.
    private static func tables(_ root: PolicyTable) throws(PolicyError) -> [String: PolicyTable] {
        try root.requireKnown(["version"] + PolicySchema.tables)
        guard try root.integer("version", 1...1) != nil else { throw .missing(key: "version") }
        var tables: [String: PolicyTable] = [:]
        for name in PolicySchema.tables {
            guard let table = try root.table(name) else { continue }
            try table.requireKnown(PolicySchema.names(in: name))
            tables[name] = table
        }
        return tables
    }

    /// Evidence of either kind binds the same: two tables may not differ.
    private static func reportData(_ enclave: PolicyTable?, _ domain: PolicyTable?) throws(PolicyError) -> [UInt8]? {
        let (ofEnclave, ofDomain) = (try enclave?.reportData("report_data"), try domain?.reportData("report_data"))
        guard let ofEnclave, let ofDomain, ofEnclave != ofDomain else { return ofEnclave ?? ofDomain }
        throw .badValue(key: "trust_domain.report_data", line: nil, expected: "the same as enclave.report_data")
    }

    private mutating func read(platform: PolicyTable) throws(PolicyError) {
        acceptedStatuses = try platform.statuses("accept") ?? [.upToDate]
        acceptedAdvisories = try platform.strings("advisories").map(Set.init)
        minimumEvaluationNumber = try platform.integer("minimum_evaluation_number", 1...65_535)
        maximumCollateralAgeDays = try platform.integer("maximum_collateral_age_days", 0...3_650)
        collateralGraceDays = try platform.integer("collateral_grace_days", 0...365) ?? 0
        platformFamilies = try platform.digests("fmspc", count: 6)
        platformIDs = try platform.digests("ppid", count: 16)
    }

    private static func trustDomain(_ table: PolicyTable?) throws(PolicyError) -> TrustDomainRules? {
        guard let table else { return nil }
        let measurements = try table.digests("mrtd", count: 48)
        guard !measurements.isEmpty else { throw .missing(key: "trust_domain.mrtd") }
        var rules = TrustDomainRules(measurements: measurements)
        for index in 0..<4 { rules.runtimeMeasurements[index] = try table.digests("rtmr\(index)", count: 48) }
        rules.modules = try table.digests("mrseam", count: 48)
        rules.moduleSigners = try table.digests("mrsignerseam", count: 48)
        rules.configIDs = try table.digests("mrconfigid", count: 48)
        rules.owners = try table.digests("mrowner", count: 48)
        rules.ownerConfigurations = try table.digests("mrownerconfig", count: 48)
        rules.serviceDomains = try table.digests("service_td", count: 48)
        rules.allowsDebug = try table.bool("debug") ?? false
        rules.requiresSEPTVEDisable = try table.bool("sept_ve_disable") ?? true
        rules.allowsUnknownAttributes = try table.bool("unknown_attributes") ?? false
        return rules
    }

    private static func simulationRoot(_ table: PolicyTable?) throws(PolicyError) -> [UInt8]? {
        guard let table else { return nil }
        let fingerprints = try table.digests("root_fingerprint")
        guard fingerprints.count == 1 else { throw .missing(key: "simulation.root_fingerprint") }
        return fingerprints[0]
    }
}
