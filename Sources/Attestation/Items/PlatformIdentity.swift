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

    public init(quote bytes: [UInt8]) throws(VerificationFailure) {
        let quote: Quote
        do { quote = try Quote(parsing: bytes) } catch { throw .quote(error) }
        let chain = try Verifier.certificates(quote.signatureData.certificationData, "PCK chain")
        guard chain.count >= 2 else { throw .chain(part: "PCK chain", problem: "expected leaf, PCK CA and root") }
        do {
            self.init(
                fmspc: try PCKExtension(certificate: chain[0]).fmspc, issuerName: chain[1].name,
                isTDX: quote.header.teeType != QuoteHeader.sgx)
        } catch {
            throw .certificate(part: "PCK certificate", error)
        }
    }
}
