import EnclaveCrypto

/// Fills the fields of one zeroed structure; the mirror of `FieldReader`.
struct FieldWriter {
    private(set) var bytes: [UInt8]

    init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    mutating func put<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value, at offset: Int) {
        var rest = value
        for index in 0..<(Value.bitWidth / 8) {
            bytes[offset + index] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
    }

    mutating func put<let size: Int>(_ value: FixedBytes<size>, at offset: Int) {
        for index in 0..<size { bytes[offset + index] = value[index] }
    }

    mutating func put(_ value: Digest, at offset: Int) { put(value.bytes, at: offset) }

    mutating func put(_ value: [UInt8], at offset: Int) {
        for index in 0..<value.count { bytes[offset + index] = value[index] }
    }

    mutating func put(_ value: Attributes, at offset: Int) {
        put(value.flags.rawValue, at: offset)
        put(value.xfrm.rawValue, at: offset + 8)
    }

    mutating func put(_ value: MiscSelect, at offset: Int) { put(value.rawValue, at: offset) }
}
