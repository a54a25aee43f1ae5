/// One of the differences between verifiers, as a key of `[verification]`.
struct VerificationSwitch: Sendable {
    let name: String
    /// The values it takes, the strict one among them.
    let names: [String]
    /// The strict one, which holds without the key.
    let standard: String
    let meaning: String
    /// Makes the choice; false when the name is none of them.
    let choose: @Sendable (String, inout VerificationOptions) -> Bool

    private init<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ field: any WritableKeyPath<VerificationOptions, Choice> & Sendable, _ meaning: String
    ) {
        self.name = name
        self.meaning = meaning
        names = Choice.allCases.map(\.rawValue)
        standard = VerificationOptions.strict[keyPath: field].rawValue
        choose = { text, options in
            guard let choice = Choice(rawValue: text) else { return false }
            options[keyPath: field] = choice
            return true
        }
    }

    static let all: [VerificationSwitch] = [
        .init("trailing_bytes", \.trailingBytes, "Bytes after the end of the quote."),
        .init("old_tcb_info", \.oldTCBInfo, "TCB Info of version 2, of the retired API."),
        .init("unknown_tcb_info", \.unknownTCBInfo, "TCB Info of a version above 3."),
        .init("pce_id", \.provisioningEnclaveID, "The PCEID of certificate and TCB Info."),
        .init("unlisted_quoting_enclave", \.unlistedQuotingEnclave, "A quoting enclave older than every level of its identity."),
        .init("future_dates", \.futureDates, "Collateral and certificates that are dated in the future."),
        .init(
            "expired_collateral", \.expiredCollateral,
            "Collateral and certificates whose time is over. `report` accepts them without end: `collateral_grace_days` is the bounded way."
        ),
        .init("embedded_chain", \.embeddedChain, "What the certificate chain in the quote must be besides a leaf and its CA."),
        .init("certification_type", \.certificationType, "Whether the type numbers of certification data must say what they are."),
        .init("enclaves_in_newer_versions", \.enclavesInNewerVersions, "SGX reports in quotes of versions 4 and 5."),
        .init("report_data_tail", \.reportDataTail, "The second half of the QE report's report data."),
        .init("signer_root", \.signerRoot, "A signer chain of TCB Info or QE Identity that leaves its root out."),
        .init(
            "untrusted_state", \.untrustedState,
            "Whether debug, service domains, TD attributes and revocation fail verification itself; the other rules judge them anyway."
        ),
    ]
}
