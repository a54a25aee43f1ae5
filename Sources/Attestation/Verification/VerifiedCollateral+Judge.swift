import Crypto

extension VerifiedCollateral {
    /// Judges a quote at a moment; `platform` spares checking certificates where it carries this quote's certification data.
    public func verify(
        _ quote: Quote, on known: VerifiedPlatform? = nil, at now: Timestamp
    ) throws(VerificationFailure) -> VerifiedQuote {
        try checkKind(of: quote)
        let platform =
            if let known, known.certification == quote.signatureData.certification { known } else { try platform(of: quote) }
        let dates = CollateralDates(validities: validities.merging([.pckChain: platform.validity]) { $1 })
        let ended = try dates.ended(at: now, options: options)
        let enclave = try QuotingEnclaveCheck(
            quote: quote, pck: platform.certificate, identity: qeIdentity, options: options
        ).standing()
        try checkSignature(of: quote)
        let evaluation = try TCBEvaluation(of: quote.body, on: platform.facts, enclave: enclave, tcbInfo)
        var flags = EvidenceFlag.flags(of: quote.body).union(EvidenceFlag.flags(of: platform.facts))
        if !ended.isEmpty { flags.insert(.expiredCollateral) }
        if case .simulation = root { flags.insert(.simulated) }
        try refuseUntrusted(flags, evaluation.status)
        return VerifiedQuote(
            quoteVersion: quote.header.version, claims: Claims(quote.body), root: root, rootName: rootCertificate.name,
            rootFingerprint: rootFingerprint, status: evaluation.status, platform: evaluation.launch.platform,
            quotingEnclave: enclave, module: evaluation.launch.module, currentPlatform: evaluation.current?.platform,
            currentModule: evaluation.current?.module, advisories: evaluation.advisories, platformFacts: platform.facts,
            evaluationNumber: min(tcbInfo.evaluationNumber, qeIdentity.evaluationNumber), dates: dates, expiredParts: ended,
            flags: flags, judgedAt: now)
    }

    /// Collateral for SGX says nothing of a trust domain, nor the other way round.
    private func checkKind(of quote: Quote) throws(VerificationFailure) {
        let (info, enclave): (TCBInfo.Kind, QEIdentity.Kind) =
            switch quote.header.environment {
            case .sgx: (.sgx, .quotingEnclave)
            case .tdx: (.tdx, .domainQuotingEnclave)
            }
        guard tcbInfo.kind == info else {
            throw .mismatch(field: "id of the TCB Info", expected: info.rawValue, actual: tcbInfo.kind.rawValue)
        }
        guard qeIdentity.kind == enclave else {
            throw .mismatch(field: "id of the QE Identity", expected: enclave.rawValue, actual: qeIdentity.kind.rawValue)
        }
    }

    private func checkSignature(of quote: Quote) throws(VerificationFailure) {
        guard let key = try? P256.Signing.PublicKey(rawRepresentation: quote.signatureData.attestationKey),
            Verifier.isSigned(quote.signedBytes, quote.signatureData.signature, by: key)
        else { throw .signature(part: "the quote", signer: "the attestation key") }
    }

    private func refuseUntrusted(_ flags: Set<EvidenceFlag>, _ status: TCBStatus) throws(VerificationFailure) {
        guard options.untrustedState == .refuse else { return }
        if let flag = flags.intersection(EvidenceFlag.untrustedStates).map(\.rawValue).min() { throw .untrusted(state: flag) }
        guard status != .revoked else { throw .untrusted(state: status.rawValue) }
    }
}
