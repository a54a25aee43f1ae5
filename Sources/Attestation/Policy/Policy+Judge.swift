extension Policy {
    /// Holds every rule against the quote; no rule is skipped because another failed.
    public func judge(_ quote: VerifiedQuote) -> Verdict {
        let checks: [Verdict.Check] =
            switch quote.claims.body {
            case .enclave: enclaveChecks(quote)
            case .trustDomain(let report): trustDomainChecks(report)
            }
        return Verdict(quote: quote, checks: checks + bindingChecks(quote) + platformChecks(quote) + collateralChecks(quote))
    }

    private func enclaveChecks(_ quote: VerifiedQuote) -> [Verdict.Check] {
        guard acceptsEnclaves else {
            return [.init("technology", false, "TDX", "SGX", "name [enclave] mrenclave, or mrsigner together with product_id")]
        }
        let claims = quote.claims
        return identityChecks(claims) + [
            .init(
                "security_version", claims.securityVersion >= minimumSecurityVersion, "at least \(minimumSecurityVersion)",
                String(claims.securityVersion), "rebuild the enclave with a newer security version"),
            .init(
                "debug", allowsDebug || !claims.isDebug, allowsDebug ? "any" : "false", String(claims.isDebug),
                "build the enclave without debug: a debugger reads and changes everything in this one"),
            hostConfigurationCheck(claims),
        ]
    }

    private func identityChecks(_ claims: Claims) -> [Verdict.Check] {
        var checks: [Verdict.Check] = []
        if !measurements.isEmpty {
            checks.append(
                .init(
                    "mrenclave", claims.measurement, among: measurements,
                    "run the enclave that was measured, or put its MRENCLAVE into the policy"))
        }
        if !signers.isEmpty {
            checks.append(
                .init("mrsigner", claims.signer, among: signers, "sign the enclave with the expected key, or expect this signer"))
        }
        if let productID {
            checks.append(
                .init(
                    "product_id", claims.productID == productID, String(productID), String(claims.productID),
                    "run the product that the policy names"))
        }
        return checks
    }

    private func hostConfigurationCheck(_ claims: Claims) -> Verdict.Check {
        let isZero = claims.hostConfiguration.allSatisfy { $0 == 0 } && claims.hostConfigurationVersion == 0
        let passed = isZero || hostConfigurations.contains(claims.hostConfiguration)
        let expected = (["zero"] + hostConfigurations.map(Hex.text)).joined(separator: " or ")
        return .init(
            "config_id", passed, expected,
            isZero ? "zero" : "\(Hex.text(claims.hostConfiguration)), version \(claims.hostConfigurationVersion)",
            "start the enclave without CONFIGID, or expect this one: the host sets it and nobody signs it")
    }

    private func bindingChecks(_ quote: VerifiedQuote) -> [Verdict.Check] {
        guard let reportData else { return [] }
        return [
            .init(
                "report_data", quote.claims.reportData == reportData, Hex.text(reportData), Hex.text(quote.claims.reportData),
                "ask for fresh evidence with this nonce or report data")
        ]
    }

    private func platformChecks(_ quote: VerifiedQuote) -> [Verdict.Check] {
        let statuses = acceptedStatuses.map(\.rawValue).sorted().joined(separator: ", ")
        var checks = [
            rootCheck(quote),
            .init(
                "platform_status", quote.status != .revoked && acceptedStatuses.contains(quote.status), statuses,
                quote.status.rawValue, quote.status.mend),
        ]
        if let acceptedAdvisories {
            let open = quote.advisories.filter { !acceptedAdvisories.contains($0) }
            let wanted = acceptedAdvisories.isEmpty ? "none" : "only \(acceptedAdvisories.sorted().joined(separator: ", "))"
            checks.append(
                .init(
                    "advisories", open.isEmpty, wanted,
                    quote.advisories.isEmpty ? "none" : quote.advisories.joined(separator: ", "),
                    "update the platform, or accept \(open.joined(separator: ", ")) in [platform] advisories"))
        }
        if !platformFamilies.isEmpty {
            checks.append(
                .init("fmspc", quote.fmspc, among: platformFamilies, "use a machine of an expected family, or name this FMSPC"))
        }
        if !platformIDs.isEmpty {
            checks.append(
                .init("ppid", quote.platformFacts.ppid, among: platformIDs, "use an expected machine, or name this PPID"))
        }
        return checks
    }

    /// The verifier may have been given other roots than this policy's.
    private func rootCheck(_ quote: VerifiedQuote) -> Verdict.Check {
        let expected = simulationRoot.map { "Intel, or simulation root \(Hex.text($0))" } ?? "Intel"
        return .init(
            "root", roots.contains(quote.root), expected,
            "\(quote.isSimulated ? "SIMULATED, " : "")\(quote.rootName) \(Hex.text(quote.rootFingerprint))",
            quote.isSimulated
                ? "to accept simulation write [simulation] root_fingerprint = \"\(Hex.text(quote.rootFingerprint))\""
                : "use genuine hardware")
    }
}
