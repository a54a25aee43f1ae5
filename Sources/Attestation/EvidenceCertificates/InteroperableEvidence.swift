/// What the extension of interoperable RA-TLS holds: CBOR tag 60000 over [quote, claims], two byte strings.
struct InteroperableEvidence: Equatable {
    private static let quoteTag: UInt64 = 60_000
    /// Tags that the same rules give to evidence of other kinds.
    private static let others: [UInt64: String] = [
        60_001: "a TEE report (CBOR tag 60001)", 60_002: "a local SGX report (CBOR tag 60002)",
    ]

    let quote: [UInt8]
    /// As they were written, since their hash counts.
    let claims: [UInt8]

    init(parsing value: [UInt8]) throws(EvidenceCertificateError) {
        let parts: (tag: UInt64, quote: [UInt8], claims: [UInt8])
        do { parts = try Self.parts(value) } catch { throw .malformed(.interoperable, why: error.why) }
        if let other = Self.others[parts.tag] { throw .unsupported(what: other) }
        guard parts.tag == Self.quoteTag else {
            throw .malformed(.interoperable, why: "its tag is \(parts.tag), not \(Self.quoteTag)")
        }
        (quote, claims) = (parts.quote, parts.claims)
    }

    private static func parts(_ value: [UInt8]) throws(CBORReader.Malformed) -> (tag: UInt64, quote: [UInt8], claims: [UInt8]) {
        var reader = CBORReader(value)
        let tag = try reader.tag("the evidence's tag")
        guard try reader.array("the evidence") == 2 else { throw .init(why: "it is no pair of quote and claims") }
        let quote = try reader.byteString("the quote")
        let claims = try reader.byteString("the claims")
        try reader.requireEnd("the evidence")
        return (tag, quote, claims)
    }
}
