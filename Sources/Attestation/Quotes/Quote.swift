public import SGX

/// A DCAP quote: a report of an enclave or a trust domain, signed by a quoting enclave's key.
///
/// Version 3 is header, body, u32 length, signature data; version 5 puts a u16 body type and a u32 body size before the body.
/// Bytes after the signature data are refused unless the options say otherwise: nobody signed them.
public struct Quote: Equatable, Sendable {
    /// More than any real quote needs; a hostile length beyond it is refused before anything is copied.
    public static let maximumByteCount = 64 * 1024

    public let header: QuoteHeader
    public let body: QuoteBody
    public let signatureData: QuoteSignatureData
    /// Header and body, which the attestation key signs.
    public let signedBytes: [UInt8]

    /// An SGX quote of version 3.
    public init(header: QuoteHeader, body: ReportBody, signatureData: QuoteSignatureData) {
        self.header = header
        self.body = .enclave(body)
        self.signatureData = signatureData
        signedBytes = header.bytes + body.bytes
    }

    public init(parsing bytes: [UInt8], options: VerificationOptions = .strict) throws(QuoteError) {
        guard bytes.count <= Self.maximumByteCount else {
            throw .lengthMismatch(field: "quote", stated: Self.maximumByteCount, actual: bytes.count)
        }
        var cursor = ByteCursor(bytes)
        header = try QuoteHeader(reading: &cursor)
        try Self.checkVersion(header, options)
        let kind = try Self.bodyKind(header, &cursor)
        body = try QuoteBody(kind, cursor.take(kind.byteCount, "body"))
        signedBytes = Array(bytes[..<cursor.offset])
        let size = Int(try cursor.u32("signature_data.size"))
        guard size <= cursor.remaining else { throw .truncated(field: "signature_data", offset: cursor.offset) }
        let data = try cursor.take(size, "signature_data")
        try Self.checkEnd(cursor.rest, options)
        signatureData = try QuoteSignatureData(reading: data, version: header.version, options: options)
    }

    public var bytes: [UInt8] {
        let data = signatureData.bytes(version: header.version)
        return signedBytes + UInt32(truncatingIfNeeded: data.count).littleEndianBytes + data
    }

    private static func checkVersion(_ header: QuoteHeader, _ options: VerificationOptions) throws(QuoteError) {
        let accepted =
            switch options.enclavesInNewerVersions {
            case .accept: true
            case .acceptInVersion4: header.version < 5
            case .refuse: header.version < 4
            }
        guard accepted || header.environment != .sgx else {
            throw .unsupportedTEE(header.environment.rawValue, version: header.version)
        }
    }

    private static func bodyKind(_ header: QuoteHeader, _ cursor: inout ByteCursor) throws(QuoteError) -> QuoteBody.Kind {
        guard header.version == 5 else { return header.environment == .sgx ? .enclave : .trustDomain10 }
        let type = try cursor.u16("body.type")
        guard let kind = QuoteBody.Kind(rawValue: type), kind.environment == header.environment else {
            throw .unsupportedBody(type)
        }
        let size = Int(try cursor.u32("body.size"))
        guard size == kind.byteCount else {
            throw .lengthMismatch(field: "body.size", stated: size, actual: kind.byteCount)
        }
        return kind
    }

    private static func checkEnd(_ rest: ArraySlice<UInt8>, _ options: VerificationOptions) throws(QuoteError) {
        let accepted =
            switch options.trailingBytes {
            case .refuse: rest.isEmpty
            case .acceptZeros: rest.allSatisfy { $0 == 0 }
            case .ignore: true
            }
        guard accepted else { throw .trailingBytes(rest.count) }
    }
}
