extension AESMResponse {
    /// Nil where the bytes are no response, or one without what its operation answers.
    package init?(decoding bytes: [UInt8]) {
        guard let message = try? ProtobufMessage(bytes), message.fields.count == 1,
            case .bytes(let inner) = message.fields[0].value,
            let fields = try? ProtobufMessage(inner)
        else { return nil }
        let number = message.fields[0].number
        let operation = AESMOperation(rawValue: number)
        guard operation != nil || number == AESMOperation.unsupportedField, let code = fields.integer(1) else { return nil }
        let error = AESMErrorCode(rawValue: UInt32(truncatingIfNeeded: code))
        guard error == .success else {
            self = .refusal(operation, error)
            return
        }
        guard let operation else { return nil }
        self.init(operation, fields)
    }

    private init?(_ operation: AESMOperation, _ fields: ProtobufMessage) {
        switch operation {
        case .initQuoteEx:
            guard let target = fields.bytes(2) else { return nil }
            self = .initQuoteEx(targetInfo: target, publicKeyIDByteCount: fields.integer(3) ?? 0, publicKeyID: fields.bytes(4))
        case .getQuoteSizeEx, .supportedKeyIDCount:
            guard let number = fields.integer(2) else { return nil }
            let count = UInt32(truncatingIfNeeded: number)
            self = operation == .getQuoteSizeEx ? .quoteSize(count) : .supportedKeyIDCount(count)
        case .getQuoteEx:
            guard let quote = fields.bytes(2) else { return nil }
            self = .quote(quote, reportInfo: fields.bytes(3))
        case .selectKeyID, .supportedKeyIDs:
            guard let bytes = fields.bytes(2) else { return nil }
            self = operation == .selectKeyID ? .selectedKeyID(bytes) : .supportedKeyIDs(bytes)
        default: return nil
        }
    }
}
