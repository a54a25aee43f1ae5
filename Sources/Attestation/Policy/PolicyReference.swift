/// The reference of policy files in Markdown, as `docs/reference/policy.md` holds it.
public enum PolicyReference {
    public static var markdown: String {
        introduction + PolicySchema.tables.map(section).joined()
    }

    private static func section(_ table: String) -> String {
        var text = "\n## [\(table)]\n\n| key | value | without it | what it decides |\n|---|---|---|---|\n"
        for key in PolicySchema.keys where key.table == table {
            let row = ["`\(key.name)`", key.kind, key.standard, key.meaning]
            text += "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        return text
    }

    private static let introduction = """
        # Policy reference

        Made from the code by `inclavare policy-reference`; edit `PolicySchema.swift`, not this file.

        A policy says what a verifier wants of evidence. It is TOML, or JSON with the same tables and keys; the first line's `version = 1` is
        mandatory, and so is an expected identity: `[enclave] mrenclave`, or `mrsigner` together with `product_id`, or `[trust_domain] mrtd`.
        An unknown key, or a value of another type or length, is an error with its line. What the policy does not name is refused: debug, a
        status other than UpToDate, simulation, what the host sets beside the measurement, evidence of a kind that has no table.

        ```toml
        version = 1

        [enclave]
        mrenclave = "6f0c…"
        minimum_security_version = 2

        [platform]
        accept = ["UpToDate", "SWHardeningNeeded"]
        advisories = ["INTEL-SA-00615"]
        collateral_grace_days = 7
        ```

        """
}
