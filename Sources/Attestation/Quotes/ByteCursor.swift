/// A bounded little-endian reader over a quote that names the field it failed on.
struct ByteCursor {
    private let bytes: [UInt8]
    private(set) var offset: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    var remaining: Int { end - offset }
    var rest: ArraySlice<UInt8> { bytes[offset..<end] }

    mutating func take(_ count: Int, _ field: String) throws(QuoteError) -> [UInt8] {
        guard count >= 0, count <= remaining else { throw .truncated(field: field, offset: offset) }
        defer { offset += count }
        return [UInt8](bytes[offset..<offset + count])
    }

    mutating func u16(_ field: String) throws(QuoteError) -> UInt16 {
        UInt16(littleEndian: try take(2, field))
    }

    mutating func u32(_ field: String) throws(QuoteError) -> UInt32 {
        UInt32(littleEndian: try take(4, field))
    }
}

extension FixedWidthInteger {
    /// The integer of its own width that stands in `bytes`, lowest byte first.
    init(littleEndian bytes: some Collection<UInt8>) {
        var value: Self = 0
        for (index, byte) in bytes.prefix(Self.bitWidth / 8).enumerated() {
            value |= Self(truncatingIfNeeded: byte) << Self(index * 8)
        }
        self = value
    }

    var littleEndianBytes: [UInt8] {
        (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
    }
}
