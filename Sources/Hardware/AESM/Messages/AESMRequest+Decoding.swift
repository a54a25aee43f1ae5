extension AESMRequest {
    /// Why bytes are no request, in the terms in which AESM answers.
    package enum DecodingError: Error, Equatable, Sendable {
        /// Not one known operation: answered in the field for that.
        case unsupported
        /// A known operation without a field that it has to have: answered as that operation, unexpected.
        case incomplete(AESMOperation)

        package var answer: AESMResponse {
            switch self {
            case .unsupported: .refusal(nil, .unexpected)
            case .incomplete(let operation): .refusal(operation, .unexpected)
            }
        }
    }

    package init(decoding bytes: [UInt8]) throws(DecodingError) {
        guard let message = try? ProtobufMessage(bytes) else { throw .unsupported }
        let known = message.fields.filter { AESMOperation(rawValue: $0.number) != nil }
        guard known.count == 1, let operation = AESMOperation(rawValue: known[0].number), case .bytes(let inner) = known[0].value
        else { throw .unsupported }
        guard let fields = try? ProtobufMessage(inner), let request = Self(operation, fields) else { throw .incomplete(operation) }
        self = request
    }

    private init?(_ operation: AESMOperation, _ fields: ProtobufMessage) {
        // Integers of 32 bits keep their lower ones, as protobuf has it.
        func number(_ field: UInt32) -> UInt32? { fields.integer(field).map { UInt32(truncatingIfNeeded: $0) } }
        switch operation {
        case .initQuoteEx:
            guard let wanted = fields.integer(3) else { return nil }
            self = .initQuoteEx(keyID: fields.bytes(1), wantsPublicKeyID: wanted != 0, bufferByteCount: fields.integer(4))
        case .getQuoteSizeEx: self = .getQuoteSizeEx(keyID: fields.bytes(1))
        case .getQuoteEx:
            guard let report = fields.bytes(1), let count = number(4) else { return nil }
            self = .getQuoteEx(report: report, keyID: fields.bytes(2), reportInfo: fields.bytes(3), bufferByteCount: count)
        case .selectKeyID: self = .selectKeyID(list: fields.bytes(1))
        case .supportedKeyIDCount: self = .supportedKeyIDCount
        case .supportedKeyIDs:
            guard let count = number(1) else { return nil }
            self = .supportedKeyIDs(bufferByteCount: count)
        default:
            guard operation.requiredFields.allSatisfy(fields.has) else { return nil }
            self = .other(operation, dataType: operation == .register ? number(2) : nil)
        }
    }
}
