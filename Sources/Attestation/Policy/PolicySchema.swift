/// Every key that a policy file may hold; what is not here is refused.
public enum PolicySchema {
    public static let keys: [PolicyKey] =
        [PolicyKey("version", "`1`", standard: "required", "The format of the file.")]
        + enclave + trustDomain + platform + verification + simulation

    private static let enclave = [
        PolicyKey(
            "enclave.mrenclave", "64 hexadecimal digits, or a list", standard: "any, where `mrsigner` and `product_id` are named",
            "The measurements that are wanted."),
        PolicyKey(
            "enclave.mrsigner", "64 hexadecimal digits, or a list", standard: "any, where `mrenclave` is named",
            "Whose enclaves are wanted: SHA-256 of the signer's key. Alone only together with `product_id`."),
        PolicyKey("enclave.product_id", "0 to 65535", standard: "any", "ISVPRODID: which of the signer's products."),
        PolicyKey("enclave.minimum_security_version", "0 to 65535", standard: "0", "ISVSVN: older ones are refused."),
        PolicyKey(
            "enclave.debug", "true or false", standard: "false", "Whether an enclave that a debugger can read and change will do."),
        PolicyKey(
            "enclave.config_id", "up to 64 bytes in hexadecimal, or a list", standard: "zero",
            "CONFIGID values that will do. The host sets it and nobody signs it, so only name what the program itself understands."),
        PolicyKey(
            "enclave.report_data", "up to 64 bytes in hexadecimal", standard: "any",
            "What the program must have bound to the evidence; zeros follow."),
    ]

    private static let trustDomain = [
        PolicyKey(
            "trust_domain.mrtd", "96 hexadecimal digits, or a list", standard: "required in this table",
            "The initial measurements that are wanted. Without this table no TDX evidence is accepted."),
        PolicyKey("trust_domain.rtmr0", "96 hexadecimal digits, or a list", standard: "any", "Firmware's runtime measurement."),
        PolicyKey("trust_domain.rtmr1", "96 hexadecimal digits, or a list", standard: "any", "The loader's and kernel's."),
        PolicyKey(
            "trust_domain.rtmr2", "96 hexadecimal digits, or a list", standard: "any", "The command line's and initial disk's."),
        PolicyKey("trust_domain.rtmr3", "96 hexadecimal digits, or a list", standard: "any", "The applications'."),
        PolicyKey(
            "trust_domain.mrseam", "96 hexadecimal digits, or a list", standard: "any that the collateral knows",
            "TDX modules that will do."),
        PolicyKey(
            "trust_domain.mrsignerseam", "96 hexadecimal digits, or a list", standard: "zero, which is Intel's",
            "Signers of TDX modules that will do."),
        PolicyKey(
            "trust_domain.mrconfigid", "96 hexadecimal digits, or a list", standard: "zero",
            "MRCONFIGID values that will do; the host sets it."),
        PolicyKey(
            "trust_domain.mrowner", "96 hexadecimal digits, or a list", standard: "zero",
            "MROWNER values that will do; the host sets it."),
        PolicyKey(
            "trust_domain.mrownerconfig", "96 hexadecimal digits, or a list", standard: "zero",
            "MROWNERCONFIG values that will do; the host sets it."),
        PolicyKey(
            "trust_domain.debug", "true or false", standard: "false",
            "Whether a domain that a debugger can read and change will do."),
        PolicyKey(
            "trust_domain.sept_ve_disable", "true or false", standard: "true",
            "Whether SEPT_VE_DISABLE must be set: without it the host can make the kernel inside take exceptions at any access."),
        PolicyKey(
            "trust_domain.service_td", "96 hexadecimal digits, or a list", standard: "none",
            "Service domains (MRSERVICETD) that may act on this one."),
        PolicyKey(
            "trust_domain.unknown_attributes", "true or false", standard: "false",
            "Whether attributes that this verifier does not know will do."),
        PolicyKey(
            "trust_domain.report_data", "up to 64 bytes in hexadecimal", standard: "any",
            "What the program must have bound to the evidence; zeros follow."),
    ]

    private static let platform = [
        PolicyKey(
            "platform.accept", "a status, or a list", standard: "`UpToDate`",
            "TCB statuses that will do: "
                + TCBStatus.allCases.filter { $0 != .revoked }.map { "`\($0.rawValue)`" }.joined(separator: ", ")
                + ". `Revoked` never does."),
        PolicyKey(
            "platform.advisories", "a list of names", standard: "any that an accepted status has",
            "Advisories that may stand against the platform; any other refuses. An empty list wants none."),
        PolicyKey(
            "platform.minimum_evaluation_number", "1 to 65535", standard: "any",
            "The oldest set of TCB data (tcbEvaluationDataNumber) that counts, so that an old one cannot be served for a new one."),
        PolicyKey(
            "platform.maximum_collateral_age_days", "0 to 3650", standard: "any",
            "The oldest collateral that counts, from its issue."),
        PolicyKey(
            "platform.collateral_grace_days", "0 to 365", standard: "0",
            "How long after its end a TCB Info, QE Identity or revocation list still counts; certificates get no grace."),
        PolicyKey("platform.fmspc", "12 hexadecimal digits, or a list", standard: "any", "Platform families that will do."),
        PolicyKey("platform.ppid", "32 hexadecimal digits, or a list", standard: "any", "Single machines that will do."),
    ]

    private static let verification = VerificationSwitch.all.map { choice in
        PolicyKey(
            "verification.\(choice.name)", choice.names.map { "`\($0)`" }.joined(separator: ", "), standard: "`\(choice.standard)`",
            choice.meaning)
    }

    private static let simulation = [
        PolicyKey(
            "simulation.root_fingerprint", "64 hexadecimal digits", standard: "simulation is refused",
            "SHA-256 of the one software root whose SIMULATED evidence will do. It protects nothing.")
    ]

    static func names(in table: String) -> [String] { keys.filter { $0.table == table }.map(\.name) }

    static let tables = ["enclave", "trust_domain", "platform", "verification", "simulation"]
}
