public import SGX

/// A DCAP quote: an enclave's report body, signed by a quoting enclave's key.
///
/// Version 3 is header, body, u32 length, signature data; version 5 puts a u16 body type and a u32 body size before the body.
/// Bytes after the signature data are refused: nobody signed them.
public struct Quote: Equatable, Sendable {
    /// More than any real quote needs; a hostile length beyond it is refused before anything is copied.
    public static let maximumByteCount = 64 * 1024

    public let header: QuoteHeader
    public let bodyBytes: [UInt8]
    public let body: ReportBody
    public let signatureData: QuoteSignatureData

    public init(header: QuoteHeader, body: ReportBody, signatureData: QuoteSignatureData) {
        self.header = header
        self.body = body
        bodyBytes = body.bytes
        self.signatureData = signatureData
    }

    public init(parsing bytes: [UInt8]) throws(QuoteError) {
        guard bytes.count <= Self.maximumByteCount else {
            throw .lengthMismatch(field: "quote", stated: Self.maximumByteCount, actual: bytes.count)
        }
        var cursor = ByteCursor(bytes)
        header = try QuoteHeader(reading: &cursor)
        if header.version == 5 { try Self.checkBodyDescriptor(&cursor) }
        bodyBytes = try cursor.take(ReportBody.byteCount, "body")
        body = try Self.report(bodyBytes, "body")
        let size = Int(try cursor.u32("signature_data.size"))
        guard size <= cursor.remaining else { throw .truncated(field: "signature_data", offset: cursor.offset) }
        let data = try cursor.take(size, "signature_data")
        guard cursor.remaining == 0 else { throw .trailingBytes(cursor.remaining) }
        signatureData = try QuoteSignatureData(reading: data, version: header.version)
    }

    /// Header and body, which the attestation key signs.
    public var signedBytes: [UInt8] {
        let descriptor = header.version == 5 ? UInt16(1).littleEndianBytes + UInt32(384).littleEndianBytes : []
        return header.bytes + descriptor + bodyBytes
    }

    public var bytes: [UInt8] {
        let data = signatureData.bytes(version: header.version)
        return signedBytes + UInt32(truncatingIfNeeded: data.count).littleEndianBytes + data
    }

    static func report(_ bytes: [UInt8], _ field: String) throws(QuoteError) -> ReportBody {
        do { return try ReportBody(parsing: bytes) } catch { throw .report(field: field, error) }
    }

    private static func checkBodyDescriptor(_ cursor: inout ByteCursor) throws(QuoteError) {
        let type = try cursor.u16("body.type")
        guard type == 1 else { throw .unsupportedBody(type) }
        let size = Int(try cursor.u32("body.size"))
        guard size == ReportBody.byteCount else {
            throw .lengthMismatch(field: "body.size", stated: size, actual: ReportBody.byteCount)
        }
    }
}
