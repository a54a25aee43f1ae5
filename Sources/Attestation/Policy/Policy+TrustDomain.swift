extension Policy {
    func trustDomainChecks(_ report: TDReport) -> [Verdict.Check] {
        guard let rules = trustDomain else {
            return [.init("technology", false, "SGX", "TDX", "name [trust_domain] mrtd to accept trust domains")]
        }
        return rules.measurementChecks(report) + rules.hostChecks(report) + rules.attributeChecks(report)
    }
}

extension TrustDomainRules {
    fileprivate func measurementChecks(_ report: TDReport) -> [Verdict.Check] {
        let mend = "start the image that was measured, or put this value into the policy"
        var checks = [Verdict.Check("mrtd", report.measurement, among: measurements, mend)]
        for (index, wanted) in runtimeMeasurements.enumerated() where !wanted.isEmpty {
            checks.append(Verdict.Check("rtmr\(index)", report.runtimeMeasurements[index], among: wanted, mend))
        }
        if !modules.isEmpty {
            checks.append(
                Verdict.Check("mrseam", report.moduleMeasurement, among: modules, "update the TDX module, or expect this one"))
        }
        return checks
    }

    private static let zero = [UInt8](repeating: 0, count: 48)

    /// What the host or the module's signer sets: zero unless the policy names another value.
    fileprivate func hostChecks(_ report: TDReport) -> [Verdict.Check] {
        let mend = "start the domain without it, or expect this value: the host sets it and nobody signs it"
        func check(_ field: String, _ actual: [UInt8], _ wanted: [[UInt8]], _ mend: String) -> Verdict.Check {
            Verdict.Check(field, actual, among: wanted.isEmpty ? [Self.zero] : wanted, mend)
        }
        return [
            check("mrsignerseam", report.moduleSigner, moduleSigners, "use a TDX module of Intel's"),
            check("mrconfigid", report.configID, configIDs, mend), check("mrowner", report.owner, owners, mend),
            check("mrownerconfig", report.ownerConfiguration, ownerConfigurations, mend),
            check(
                "service_td", report.serviceDomains ?? Self.zero, serviceDomains,
                "run the domain without service domains, or expect this one"),
        ]
    }

    fileprivate func attributeChecks(_ report: TDReport) -> [Verdict.Check] {
        let attributes = report.attributes
        let isDebug = attributes.contains(.debug)
        let isDisabled = attributes.contains(.septVEDisable)
        return [
            Verdict.Check(
                "debug", allowsDebug || !isDebug, allowsDebug ? "any" : "false", String(isDebug),
                "start the domain without debug: a debugger reads and changes everything in this one"),
            Verdict.Check(
                "sept_ve_disable", isDisabled || !requiresSEPTVEDisable, requiresSEPTVEDisable ? "true" : "any", String(isDisabled),
                "start the domain with SEPT_VE_DISABLE: without it the host can make its kernel take exceptions"),
            Verdict.Check(
                "td_attributes", allowsUnknownAttributes || !attributes.hasReservedBits,
                allowsUnknownAttributes ? "any" : "known ones",
                Hex.text((0..<8).reversed().map { UInt8(truncatingIfNeeded: attributes.rawValue >> ($0 * 8)) }),
                "use a newer verifier, which may know the attribute"),
        ]
    }
}
