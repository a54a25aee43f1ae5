extension VerdictReport {
    /// One object: the outcome, what the evidence says where it is proven, and every check.
    public var json: String {
        var members: [(key: String, json: String)] = [
            ("verdict", JSONText.string(outcome.rawValue)), ("simulated", String(isSimulated)),
            ("judged_at", JSONText.string(judgedAt.iso8601)),
        ]
        if let key, verdict != nil { members += Self.certificate(key) }
        if let quote = verdict?.quote { members += Self.facts(quote) + Self.standing(quote) }
        members.append(("checks", JSONText.array(lines.map(Self.json))))
        return JSONText.object(members)
    }

    private static func certificate(_ key: AttestedKey) -> [(key: String, json: String)] {
        [
            ("public_key_sha256", hex(key.fingerprint)), ("evidence_form", JSONText.string(key.form.rawValue)),
            ("possession_shown", String(key.possession == .handshake)),
        ]
    }

    private static func facts(_ quote: VerifiedQuote) -> [(key: String, json: String)] {
        let claims = quote.claims
        var members: [(key: String, json: String)] = [("technology", JSONText.string(claims.technology.rawValue))]
        switch claims.body {
        case .enclave:
            members += [
                ("mrenclave", hex(claims.measurement)), ("mrsigner", hex(claims.signer)),
                ("product_id", String(claims.productID)), ("security_version", String(claims.securityVersion)),
                ("config_id", hex(claims.hostConfiguration)),
            ]
        case .trustDomain(let report):
            members += [
                ("mrtd", hex(report.measurement)), ("rtmr", JSONText.array(report.runtimeMeasurements.map(hex))),
                ("mrseam", hex(report.moduleMeasurement)), ("mrconfigid", hex(report.configID)), ("mrowner", hex(report.owner)),
                ("mrownerconfig", hex(report.ownerConfiguration)),
            ]
        }
        return members + [("debug", String(claims.isDebug)), ("report_data", hex(claims.reportData))]
    }

    private static func standing(_ quote: VerifiedQuote) -> [(key: String, json: String)] {
        var members: [(key: String, json: String)] = [
            ("platform_status", JSONText.string(quote.status.rawValue)),
            ("platform", JSONText.string(quote.platform.description)),
            ("quoting_enclave", JSONText.string(quote.quotingEnclave.description)),
        ]
        if let module = quote.module { members.append(("tdx_module", JSONText.string(module.description))) }
        return members + [
            ("advisories", JSONText.array(quote.advisories.map(JSONText.string))),
            ("flags", JSONText.array(quote.flags.map(\.rawValue).sorted().map(JSONText.string))),
            ("fmspc", hex(quote.fmspc)), ("tcb_date", JSONText.string(quote.tcbDate.iso8601)),
            ("evaluation_number", String(quote.evaluationNumber)), ("root_fingerprint", hex(quote.rootFingerprint)),
            ("collateral_issued", JSONText.string(quote.collateralIssued.iso8601)),
            ("collateral_ends", JSONText.string(quote.collateralExpires.iso8601)),
        ]
    }

    private static func json(_ line: Line) -> String {
        var members: [(key: String, json: String)] = [
            ("field", JSONText.string(line.field)), ("passed", String(line.passed)), ("text", JSONText.string(line.text)),
        ]
        if let expected = line.expected { members.append(("expected", JSONText.string(expected))) }
        if let actual = line.actual { members.append(("actual", JSONText.string(actual))) }
        if !line.passed, let mend = line.mend { members.append(("mend", JSONText.string(mend))) }
        return JSONText.object(members)
    }

    private static func hex(_ bytes: [UInt8]) -> String { JSONText.string(Hex.text(bytes)) }
}
