import TOMLKit

/// The TOML form of a policy; every key is known or refused.
///
/// ```toml
/// version = 1
/// [enclave]
/// mrenclave = "…"                # or a list; hexadecimal
/// mrsigner = "…"                 # or a list; with product_id it may stand alone
/// product_id = 1
/// minimum_security_version = 1
/// debug = false
/// report_data = "…"              # up to 64 bytes, zeros follow
/// [platform]
/// accept = ["UpToDate"]
/// advisories = ["INTEL-SA-00289"]
/// maximum_collateral_age_days = 30
/// [simulation]
/// root_fingerprint = "…"         # SHA-256 of the software root's certificate
/// ```
extension Policy {
    public init(toml text: String) throws(PolicyError) {
        let root: PolicyTable
        do {
            root = PolicyTable(path: "", table: try TOMLTable(string: text), text: text)
        } catch let error as TOMLParseError {
            throw .syntax(error.description, line: error.source.begin.line, column: error.source.begin.column)
        } catch {
            throw .syntax(String(describing: error), line: 1, column: 1)
        }
        try root.allow(["version", "enclave", "platform", "simulation"])
        guard let version = try root.integer("version", 1...1) else { throw .missing(key: "version") }
        _ = version
        guard let enclave = try root.table("enclave") else { throw .noIdentity }
        try enclave.allow(["mrenclave", "mrsigner", "product_id", "minimum_security_version", "debug", "report_data"])
        let platform = try root.table("platform")
        try platform?.allow(["accept", "advisories", "maximum_collateral_age_days"])
        let simulation = try root.table("simulation")
        try simulation?.allow(["root_fingerprint"])
        if let simulation, try simulation.digests("root_fingerprint").count != 1 {
            throw .missing(key: "simulation.root_fingerprint")
        }
        try self.init(
            measurements: enclave.digests("mrenclave"), signers: enclave.digests("mrsigner"),
            productID: enclave.integer("product_id", 0...65_535).map(UInt16.init),
            minimumSecurityVersion: UInt16(enclave.integer("minimum_security_version", 0...65_535) ?? 0),
            allowsDebug: enclave.bool("debug") ?? false, reportData: enclave.reportData("report_data"),
            acceptedStatuses: platform?.statuses("accept") ?? [.upToDate],
            acceptedAdvisories: platform?.strings("advisories").map(Set.init),
            maximumCollateralAgeDays: platform?.integer("maximum_collateral_age_days", 0...3_650),
            simulationRoot: simulation?.digests("root_fingerprint").first)
    }
}
