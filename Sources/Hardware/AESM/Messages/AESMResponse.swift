/// What AESM answers: what was asked for, or a refusal.
///
/// Each is one message in the field of its operation; its field 1 is the error code.
package enum AESMResponse: Equatable, Sendable {
    case initQuoteEx(targetInfo: [UInt8], publicKeyIDByteCount: UInt64, publicKeyID: [UInt8]?)
    case quoteSize(UInt32)
    case quote([UInt8], reportInfo: [UInt8]?)
    case selectedKeyID([UInt8])
    case supportedKeyIDCount(UInt32)
    case supportedKeyIDs([UInt8])
    /// Without an operation: what was asked is no known one.
    case refusal(AESMOperation?, AESMErrorCode)

    package var operation: AESMOperation? {
        switch self {
        case .initQuoteEx: .initQuoteEx
        case .quoteSize: .getQuoteSizeEx
        case .quote: .getQuoteEx
        case .selectedKeyID: .selectKeyID
        case .supportedKeyIDCount: .supportedKeyIDCount
        case .supportedKeyIDs: .supportedKeyIDs
        case .refusal(let operation, _): operation
        }
    }

    /// The response without its frame.
    package func encoded() -> [UInt8] {
        var fields = ProtobufWriter()
        if case .refusal(_, let code) = self {
            fields.integer(1, UInt64(code.rawValue))
        } else {
            fields.integer(1, UInt64(AESMErrorCode.success.rawValue))
        }
        switch self {
        case .initQuoteEx(let targetInfo, let count, let publicKeyID):
            fields.bytes(2, targetInfo)
            fields.integer(3, count)
            fields.bytes(4, publicKeyID)
        case .quoteSize(let count), .supportedKeyIDCount(let count): fields.integer(2, UInt64(count))
        case .quote(let quote, let reportInfo):
            fields.bytes(2, quote)
            fields.bytes(3, reportInfo)
        case .selectedKeyID(let bytes), .supportedKeyIDs(let bytes): fields.bytes(2, bytes)
        case .refusal: break
        }
        return ProtobufWriter.wrapping(operation?.rawValue ?? AESMOperation.unsupportedField, fields)
    }
}
