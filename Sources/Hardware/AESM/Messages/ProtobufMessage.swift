/// The fields of one protobuf message in the order in which they came; a message inside it is bytes.
///
/// Everything is bounded by the bytes given: lengths are checked against what is left, and there may be 64 fields.
package struct ProtobufMessage {
    package enum Value: Equatable, Sendable {
        case integer(UInt64)
        case bytes([UInt8])
        /// A fixed32 or a fixed64, which no message here has.
        case skipped
    }

    package enum DecodingError: Error, Equatable, Sendable {
        case truncated
        case badVarint
        case badTag
        case tooManyFields
    }

    private static let mostFields = 64

    package private(set) var fields: [(number: UInt32, value: Value)] = []

    package init(_ bytes: [UInt8]) throws(DecodingError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard fields.count < Self.mostFields else { throw .tooManyFields }
            let tag = try Self.varint(&rest)
            guard tag >> 3 >= 1, tag >> 3 < 1 << 29 else { throw .badTag }
            fields.append((UInt32(tag >> 3), try Self.value(type: tag & 7, &rest)))
        }
    }

    /// The last integer of this number, as protobuf has it; nil where there is none.
    package func integer(_ number: UInt32) -> UInt64? {
        for field in fields.reversed() where field.number == number {
            if case .integer(let value) = field.value { return value }
        }
        return nil
    }

    /// The last bytes of this number.
    package func bytes(_ number: UInt32) -> [UInt8]? {
        for field in fields.reversed() where field.number == number {
            if case .bytes(let value) = field.value { return value }
        }
        return nil
    }

    package func has(_ number: UInt32) -> Bool { fields.contains { $0.number == number } }

    private static func value(type: UInt64, _ rest: inout ArraySlice<UInt8>) throws(DecodingError) -> Value {
        switch type {
        case 0: return .integer(try varint(&rest))
        case 1:
            _ = try take(8, &rest)
            return .skipped
        case 2:
            let count = try varint(&rest)
            guard count <= UInt64(rest.count) else { throw .truncated }
            return .bytes(try take(Int(count), &rest))
        case 5:
            _ = try take(4, &rest)
            return .skipped
        default: throw .badTag
        }
    }

    private static func take(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(DecodingError) -> [UInt8] {
        guard count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws(DecodingError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw .truncated }
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { throw .badVarint }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw .badVarint
    }
}
