import Attestation

/// Evidence that was changed in one way, for two verifiers to judge.
struct DifferentialCase {
    let change: String
    let quote: [UInt8]
    let collateral: Collateral
    let now: Timestamp
    /// Nil for Intel's.
    let root: PlatformCertificate?

    /// Our verdict with dcap-qvl's choices where it has one.
    func judge() -> Result<VerifiedQuote, VerificationFailure> {
        let roots: Set<TrustedRoot> = root.map { [.named(fingerprint: $0.fingerprint)] } ?? [.intel]
        return Result { () throws(VerificationFailure) in
            try Verifier(roots: roots, options: .dcapQvl).verify(quote: quote, collateral: collateral, at: now)
        }
    }
}
