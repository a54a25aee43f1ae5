/// The platform that a quote comes from, as far as its PCK certificate says and nobody checked yet.
public struct PlatformIdentity: Equatable, Sendable {
    public let fmspc: [UInt8]
    /// The common name of the CA that issued the certificate.
    public let issuerName: String
    public let isTDX: Bool

    public init(fmspc: [UInt8], issuerName: String, isTDX: Bool) {
        self.fmspc = fmspc
        self.issuerName = issuerName
        self.isTDX = isTDX
    }

    /// Reads the certificates that the quote carries; a quote that only names its platform is an error that says so.
    public init(quote bytes: [UInt8], options: VerificationOptions = .strict) throws(VerificationFailure) {
        let quote: Quote
        do { quote = try Quote(parsing: bytes, options: options) } catch { throw .quote(error) }
        try self.init(
            EmbeddedChain(quote.signatureData.certification, supplied: nil, options: .ignoreRoot),
            isTDX: quote.header.environment == .tdx)
    }

    /// Reads a PCK certificate and its CA in PEM.
    public init(chain pem: String, isTDX: Bool) throws(VerificationFailure) {
        try self.init(EmbeddedChain(.pckChain(Array(pem.utf8)), supplied: nil, options: .ignoreRoot), isTDX: isTDX)
    }

    private init(_ chain: EmbeddedChain, isTDX: Bool) throws(VerificationFailure) {
        do {
            self.init(
                fmspc: try PCKExtension(certificate: chain.leaf).fmspc, issuerName: chain.authority?.name ?? chain.leaf.issuerName,
                isTDX: isTDX)
        } catch {
            throw .certificate(part: "PCK certificate", error)
        }
    }
}
