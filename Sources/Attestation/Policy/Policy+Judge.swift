extension Policy {
    /// Holds every rule against the quote; no rule is skipped because another failed.
    public func judge(_ quote: VerifiedQuote) -> Verdict {
        Verdict(quote: quote, checks: identityChecks(quote.claims) + bindingChecks(quote) + platformChecks(quote))
    }

    private func identityChecks(_ claims: Claims) -> [Verdict.Check] {
        var checks: [Verdict.Check] = []
        if !measurements.isEmpty {
            checks.append(
                one(
                    "mrenclave", of: measurements, claims.measurement,
                    "run the enclave that was measured, or put its MRENCLAVE into the policy"))
        }
        if !signers.isEmpty {
            checks.append(
                one("mrsigner", of: signers, claims.signer, "sign the enclave with the expected key, or expect this signer"))
        }
        if let productID {
            checks.append(
                check(
                    "product_id", claims.productID == productID, String(productID), String(claims.productID),
                    "run the product that the policy names"))
        }
        checks.append(
            check(
                "security_version", claims.securityVersion >= minimumSecurityVersion, "at least \(minimumSecurityVersion)",
                String(claims.securityVersion), "rebuild the enclave with a newer security version"))
        checks.append(
            check(
                "debug", allowsDebug || !claims.isDebug, allowsDebug ? "any" : "false", String(claims.isDebug),
                "build the enclave without debug: a debugger reads and changes everything in this one"))
        return checks
    }

    private func bindingChecks(_ quote: VerifiedQuote) -> [Verdict.Check] {
        let zero = quote.claims.hostConfiguration.allSatisfy { $0 == 0 } && quote.claims.hostConfigurationVersion == 0
        var checks = [
            check(
                "config_id", zero, "zero",
                zero ? "zero" : "\(Hex.text(quote.claims.hostConfiguration)), version \(quote.claims.hostConfigurationVersion)",
                "start the enclave without CONFIGID: the host sets it and nobody signs it")
        ]
        if let reportData {
            checks.append(
                check(
                    "report_data", quote.claims.reportData == reportData, Hex.text(reportData),
                    Hex.text(quote.claims.reportData), "ask for fresh evidence with this nonce or report data"))
        }
        return checks
    }

    private func platformChecks(_ quote: VerifiedQuote) -> [Verdict.Check] {
        var checks = [rootCheck(quote)]
        let statuses = acceptedStatuses.map(\.rawValue).sorted().joined(separator: ", ")
        checks.append(
            check(
                "platform_status", quote.status != .revoked && acceptedStatuses.contains(quote.status), statuses,
                quote.status.rawValue, quote.status.mend))
        if let acceptedAdvisories {
            let open = quote.advisories.filter { !acceptedAdvisories.contains($0) }
            checks.append(
                check(
                    "advisories", open.isEmpty, "only \(acceptedAdvisories.sorted().joined(separator: ", "))",
                    quote.advisories.isEmpty ? "none" : quote.advisories.joined(separator: ", "),
                    "update the platform, or accept \(open.joined(separator: ", ")) in [platform] advisories"))
        }
        if let days = maximumCollateralAgeDays {
            checks.append(
                check(
                    "collateral_age", quote.collateralIssued.adding(days: Int64(days)) >= quote.judgedAt,
                    "at most \(days) days", "issued \(quote.collateralIssued.iso8601)", "fetch fresh collateral"))
        }
        return checks
    }

    /// The verifier may have been given other roots than this policy's.
    private func rootCheck(_ quote: VerifiedQuote) -> Verdict.Check {
        let expected = simulationRoot.map { "Intel, or simulation root \(Hex.text($0))" } ?? "Intel"
        return check(
            "root", roots.contains(quote.root), expected,
            "\(quote.isSimulated ? "SIMULATED, " : "")\(quote.rootName) \(Hex.text(quote.rootFingerprint))",
            quote.isSimulated
                ? "to accept simulation write [simulation] root_fingerprint = \"\(Hex.text(quote.rootFingerprint))\""
                : "use genuine hardware")
    }

    private func one(_ field: String, of expected: [[UInt8]], _ actual: [UInt8], _ mend: String) -> Verdict.Check {
        check(field, expected.contains(actual), expected.map(Hex.text).joined(separator: " or "), Hex.text(actual), mend)
    }

    private func check(_ field: String, _ passed: Bool, _ expected: String, _ actual: String, _ mend: String) -> Verdict.Check {
        Verdict.Check(field: field, passed: passed, expected: expected, actual: actual, mend: mend)
    }
}
