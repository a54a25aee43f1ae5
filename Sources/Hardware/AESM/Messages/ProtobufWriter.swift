/// Writes the fields of a protobuf message.
struct ProtobufWriter {
    private(set) var encoded: [UInt8] = []

    /// A message with one field in it.
    static func wrapping(_ number: UInt32, _ inner: ProtobufWriter) -> [UInt8] {
        var outer = ProtobufWriter()
        outer.bytes(number, inner.encoded)
        return outer.encoded
    }

    mutating func integer(_ number: UInt32, _ value: UInt64?) {
        guard let value else { return }
        varint(UInt64(number) << 3)
        varint(value)
    }

    mutating func bytes(_ number: UInt32, _ value: [UInt8]?) {
        guard let value else { return }
        varint(UInt64(number) << 3 | 2)
        varint(UInt64(value.count))
        encoded += value
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            encoded.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        encoded.append(UInt8(rest))
    }
}
