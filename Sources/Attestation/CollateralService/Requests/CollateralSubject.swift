public import Attestation

/// The platform whose collateral is wanted: known by its certificate, or only by what that certificate is asked for with.
public enum CollateralSubject: Sendable {
    case known(PlatformIdentity)
    case referenced(PCKCertificateQuery, isTDX: Bool)

    /// The platform that made a quote; one that names it by a PPID which services cannot read is an error that says so.
    public init(quote bytes: [UInt8], options: VerificationOptions = .strict) throws(VerificationFailure) {
        let quote: Quote
        do { quote = try Quote(parsing: bytes, options: options) } catch { throw .quote(error) }
        guard case .ppidEncryptedWithRSA3072(let reference) = quote.signatureData.certification,
            let query = PCKCertificateQuery(reference)
        else {
            self = .known(try PlatformIdentity(quote: bytes, options: options))
            return
        }
        self = .referenced(query, isTDX: quote.header.environment == .tdx)
    }

    /// Nil where only the certificate says it.
    public var fmspc: [UInt8]? {
        if case .known(let identity) = self { identity.fmspc } else { nil }
    }
}
