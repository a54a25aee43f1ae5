public import SGX

/// Why bytes are not a quote that this verifier can judge.
public enum QuoteError: Error, Equatable, Sendable, CustomStringConvertible {
    case truncated(field: String, offset: Int)
    case unsupportedVersion(UInt16)
    case unsupportedKeyType(UInt16)
    case unsupportedTEE(UInt32, version: UInt16)
    case unsupportedBody(UInt16)
    case unknownVendor([UInt8])
    case report(field: String, SGXError)
    case lengthMismatch(field: String, stated: Int, actual: Int)
    case unsupportedCertification(UInt16)
    case trailingBytes(Int)

    public var description: String {
        switch self {
        case .truncated(let field, let offset): "the quote ends inside \(field) (offset \(offset))"
        case .unsupportedVersion(let version): "quote version \(version) is not supported (3, 4 and 5 are)"
        case .unsupportedKeyType(let type): "attestation key type \(type) is not supported (2, ECDSA P-256, is)"
        case .unsupportedTEE(let tee, let version):
            "TEE type 0x\(String(tee, radix: 16)) is not supported in a quote of version \(version) (0, SGX, and 0x81, TDX, are)"
        case .unsupportedBody(let type): "quote body type \(type) is not supported (1 for SGX, 2 and 3 for TDX are)"
        case .unknownVendor(let id): "the quoting enclave vendor \(Hex.text(id)) is not Intel's format identifier"
        case .report(let field, let error): "\(field) is not a report body: \(error)"
        case .lengthMismatch(let field, let stated, let actual): "\(field) states \(stated) bytes where \(actual) are"
        case .unsupportedCertification(let type):
            "certification data of type \(type) is not supported here (1 to 5 and 7 are, inside type 6 since version 4)"
        case .trailingBytes(let count): "\(count) bytes follow the end of the quote"
        }
    }
}
