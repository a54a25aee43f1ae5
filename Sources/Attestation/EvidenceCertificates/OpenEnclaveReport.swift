/// The quote in an Open Enclave report: u32 version 1, u32 type 2 (remote), u64 size, and as many bytes; all little-endian.
///
/// Under the older number Azure's attestation service has an OCTET STRING with the quote instead.
enum OpenEnclaveReport {
    private static let headerByteCount = 16

    static func quote(in value: [UInt8], _ form: EvidenceForm) throws(EvidenceCertificateError) -> [UInt8] {
        if value.first == DERTag.octetString { return try wrapped(value, form) }
        guard value.count >= headerByteCount else { throw .malformed(form, why: "the report's header is cut off") }
        func number(_ range: Range<Int>) -> UInt64 { value[range].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        guard number(0..<4) == 1 else { throw .malformed(form, why: "the report is of version \(number(0..<4)), not 1") }
        guard number(4..<8) == 2 else {
            throw .unsupported(what: "an Open Enclave report of type \(number(4..<8)), not 2 (remote)")
        }
        let quote = Array(value[headerByteCount...])
        guard number(8..<16) == UInt64(quote.count) else {
            throw .malformed(form, why: "the report says \(number(8..<16)) bytes and has \(quote.count)")
        }
        return quote
    }

    private static func wrapped(_ value: [UInt8], _ form: EvidenceForm) throws(EvidenceCertificateError) -> [UInt8] {
        do {
            var reader = DERReader(value)
            let quote = try reader.content(DERTag.octetString, "the quote")
            try reader.requireEnd("the quote")
            return quote
        } catch {
            throw .malformed(form, why: error.description)
        }
    }
}
