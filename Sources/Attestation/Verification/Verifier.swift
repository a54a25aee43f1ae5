import Crypto

/// Judges whether a quote is genuine: signatures, chains, revocation, dates, identity of the quoting enclave, platform level.
///
/// Fails closed: what is missing, expired, unknown or left over is an error that names it. It trusts Intel's root alone unless told
/// otherwise. The platform's level comes from the PCK certificate, never from the CPUSVN of the quote. Who judges many quotes with one
/// collateral makes a `VerifiedCollateral` once instead.
public struct Verifier: Sendable {
    public let roots: Set<TrustedRoot>
    public let options: VerificationOptions

    public init(roots: Set<TrustedRoot> = [.intel], options: VerificationOptions = .strict) {
        self.roots = roots
        self.options = options
    }

    public func verify(quote bytes: [UInt8], collateral: Collateral, at now: Timestamp) throws(VerificationFailure)
        -> VerifiedQuote
    {
        let quote: Quote
        do { quote = try Quote(parsing: bytes, options: options) } catch { throw .quote(error) }
        return try verify(quote: quote, collateral: collateral, at: now)
    }

    public func verify(quote: Quote, collateral: Collateral, at now: Timestamp) throws(VerificationFailure) -> VerifiedQuote {
        try VerifiedCollateral(verifying: collateral, roots: roots, options: options).verify(quote, at: now)
    }

    /// ECDSA over SHA-256; a signature is r‖s, and both s and n − s are valid.
    static func isSigned(_ bytes: [UInt8], _ signature: [UInt8], by key: P256.Signing.PublicKey) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}
