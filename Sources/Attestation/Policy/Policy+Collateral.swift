extension Policy {
    func collateralChecks(_ quote: VerifiedQuote) -> [Verdict.Check] {
        var checks: [Verdict.Check] = []
        if !quote.expiredParts.isEmpty { checks.append(expiryCheck(quote)) }
        if let minimumEvaluationNumber {
            checks.append(
                .init(
                    "evaluation_number", quote.evaluationNumber >= minimumEvaluationNumber, "at least \(minimumEvaluationNumber)",
                    String(quote.evaluationNumber),
                    "fetch collateral of a newer evaluation data number (--update early, or a number)"))
        }
        if let days = maximumCollateralAgeDays {
            checks.append(
                .init(
                    "collateral_age", quote.collateralIssued.adding(days: Int64(days)) >= quote.judgedAt,
                    "at most \(days) days", "issued \(quote.collateralIssued.iso8601)", "fetch fresh collateral"))
        }
        return checks
    }

    /// Grace is for documents, which come anew every month; a certificate that ended is over.
    private func expiryCheck(_ quote: VerifiedQuote) -> Verdict.Check {
        let late = quote.expiredParts.filter { !isGranted($0, quote) }
        let passed = options.expiredCollateral == .report || late.isEmpty
        let expected =
            options.expiredCollateral == .report
            ? "any" : "ended at most \(collateralGraceDays) days before \(quote.judgedAt.iso8601)"
        let actual = quote.expiredParts.map {
            "\($0.rawValue) ended at \(quote.dates.validities[$0]?.until.iso8601 ?? "an unknown time")"
        }
        return .init("collateral_expiry", passed, expected, actual.joined(separator: ", "), "fetch fresh collateral")
    }

    private func isGranted(_ part: CollateralPart, _ quote: VerifiedQuote) -> Bool {
        let documents: Set<CollateralPart> = [.rootCRL, .pckCRL, .tcbInfo, .qeIdentity]
        guard documents.contains(part), let validity = quote.dates.validities[part] else { return false }
        return validity.from <= quote.judgedAt && quote.judgedAt <= validity.until.adding(days: Int64(collateralGraceDays))
    }
}
