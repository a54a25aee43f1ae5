/// One request to AESM, as its fields say it: sizes are those of the sender until the service has judged them.
package enum AESMRequest: Equatable, Sendable {
    /// The quoting enclave's TARGETINFO, and with `wantsPublicKeyID` a name of its attestation key, of `bufferByteCount` bytes at most.
    case initQuoteEx(keyID: [UInt8]?, wantsPublicKeyID: Bool, bufferByteCount: UInt64?)
    case getQuoteSizeEx(keyID: [UInt8]?)
    /// A quote of the REPORT; with `reportInfo` also a REPORT of the quoting enclave over the quote.
    case getQuoteEx(report: [UInt8], keyID: [UInt8]?, reportInfo: [UInt8]?, bufferByteCount: UInt32)
    /// The one of these key identities that the service would use; nil: of all.
    case selectKeyID(list: [UInt8]?)
    case supportedKeyIDCount
    case supportedKeyIDs(bufferByteCount: UInt32)
    /// What is refused whatever it says; `dataType` is that of `register`.
    case other(AESMOperation, dataType: UInt32?)

    package var operation: AESMOperation {
        switch self {
        case .initQuoteEx: .initQuoteEx
        case .getQuoteSizeEx: .getQuoteSizeEx
        case .getQuoteEx: .getQuoteEx
        case .selectKeyID: .selectKeyID
        case .supportedKeyIDCount: .supportedKeyIDCount
        case .supportedKeyIDs: .supportedKeyIDs
        case .other(let operation, _): operation
        }
    }

    /// The request without its frame; `timeout` in milliseconds, which AESM takes and does not use.
    package func encoded(timeout: UInt32 = 15_000) -> [UInt8] {
        var fields = ProtobufWriter()
        switch self {
        case .initQuoteEx(let keyID, let wantsPublicKeyID, let bufferByteCount):
            fields.bytes(1, keyID)
            fields.integer(3, wantsPublicKeyID ? 1 : 0)
            fields.integer(4, bufferByteCount)
        case .getQuoteSizeEx(let keyID): fields.bytes(1, keyID)
        case .getQuoteEx(let report, let keyID, let reportInfo, let bufferByteCount):
            fields.bytes(1, report)
            fields.bytes(2, keyID)
            fields.bytes(3, reportInfo)
            fields.integer(4, UInt64(bufferByteCount))
        case .selectKeyID(let list): fields.bytes(1, list)
        case .supportedKeyIDs(let bufferByteCount): fields.integer(1, UInt64(bufferByteCount))
        case .supportedKeyIDCount, .other: break
        }
        fields.integer(operation == .selectKeyID ? 2 : 9, UInt64(timeout))
        return ProtobufWriter.wrapping(operation.rawValue, fields)
    }
}
