extension TrustworthinessVector {
    /// The claims for a verification, in the values of AR4SI; evidence that could not be verified is 99, cryptographic failure.
    ///
    /// Simulation is never affirmed, whatever the policy accepts: its hardware is none (97) and its memory is open (96).
    public init(_ report: VerdictReport) {
        guard let verdict = report.verdict else {
            let sides: [Claim] = [.configuration, .executables, .hardware]
            self.init(Dictionary(uniqueKeysWithValues: sides.map { ($0, report.outcome == .staleCollateral ? 36 : 99) }))
            return
        }
        var values: [Claim: Int8] = [
            .executables: Self.passed(Self.executables, verdict) ? 3 : 96,
            .configuration: Self.passed(Self.configuration, verdict) ? 2 : 96,
            .hardware: Self.hardware(verdict), .runtimeOpaque: Self.isOpen(verdict.quote) ? 96 : 2,
        ]
        if verdict.checks.contains(where: { Self.instance.contains($0.field) }) {
            values[.instanceIdentity] = Self.passed(Self.instance, verdict) ? 2 : 97
        }
        self.init(values)
    }

    private static let executables: Set<String> = [
        "technology", "mrenclave", "mrsigner", "product_id", "security_version", "mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3",
    ]
    private static let configuration: Set<String> = [
        "debug", "config_id", "mrconfigid", "mrowner", "mrownerconfig", "service_td", "sept_ve_disable", "td_attributes",
    ]
    private static let platform: Set<String> = [
        "root", "platform_status", "advisories", "mrseam", "mrsignerseam", "evaluation_number", "collateral_age",
        "collateral_expiry",
    ]
    private static let instance: Set<String> = ["fmspc", "ppid"]

    private static func passed(_ fields: Set<String>, _ verdict: Verdict) -> Bool {
        verdict.checks.allSatisfy { $0.passed || !fields.contains($0.field) }
    }

    /// Genuine and current is 2; genuine with known weaknesses that the policy accepts is 32; what it does not accept is 96.
    private static func hardware(_ verdict: Verdict) -> Int8 {
        guard !verdict.quote.isSimulated else { return 97 }
        guard passed(platform, verdict) else { return 96 }
        return verdict.quote.status == .upToDate ? 2 : 32
    }

    private static func isOpen(_ quote: VerifiedQuote) -> Bool { quote.isSimulated || quote.claims.isDebug }
}
