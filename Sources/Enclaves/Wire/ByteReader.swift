/// A bounded little-endian reader; every failure is `truncated`.
public struct ByteReader: ~Copyable {
    private let bytes: [UInt8]
    public private(set) var position: Int
    private let end: Int

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
        end = bytes.count
    }

    public var remaining: Int { end - position }

    public mutating func u8() throws(WireError) -> UInt8 {
        guard remaining >= 1 else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    public mutating func u16() throws(WireError) -> UInt16 { UInt16(truncatingIfNeeded: try integer(2)) }
    public mutating func u32() throws(WireError) -> UInt32 { UInt32(truncatingIfNeeded: try integer(4)) }
    public mutating func u64() throws(WireError) -> UInt64 { try integer(8) }
    public mutating func i64() throws(WireError) -> Int64 { Int64(bitPattern: try integer(8)) }

    /// A Boolean is 0 or 1; anything else is refused.
    public mutating func bool() throws(WireError) -> Bool {
        switch try u8() {
        case 0: return false
        case 1: return true
        default: throw .badValue
        }
    }

    public mutating func take(_ count: Int) throws(WireError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw .truncated }
        defer { position += count }
        return [UInt8](bytes[position..<position + count])
    }

    /// A u32 length and so many bytes, at most `limit`.
    public mutating func bytes(limit: Int) throws(WireError) -> [UInt8] {
        let count = Int(try u32())
        guard count <= limit else { throw .tooLong }
        return try take(count)
    }

    private mutating func integer(_ width: Int) throws(WireError) -> UInt64 {
        guard remaining >= width else { throw .truncated }
        var value: UInt64 = 0
        var index = width - 1
        while index >= 0 {
            value = value << 8 | UInt64(bytes[position + index])
            index -= 1
        }
        position += width
        return value
    }
}

/// Builds little-endian bytes; the mirror of `ByteReader`.
public struct ByteWriter {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func u8(_ value: UInt8) { bytes.append(value) }
    public mutating func u16(_ value: UInt16) { integer(UInt64(value), 2) }
    public mutating func u32(_ value: UInt32) { integer(UInt64(value), 4) }
    public mutating func u64(_ value: UInt64) { integer(value, 8) }
    public mutating func i64(_ value: Int64) { integer(UInt64(bitPattern: value), 8) }
    public mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }
    public mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    /// A u32 length and the bytes.
    public mutating func counted(_ value: [UInt8]) {
        u32(UInt32(value.count))
        raw(value)
    }

    private mutating func integer(_ value: UInt64, _ width: Int) {
        var rest = value
        for _ in 0..<width {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}

/// Why bytes of a wire format were not accepted.
public enum WireError: UInt8, Error, Equatable, Sendable {
    case truncated = 1
    case badMagic = 2
    case unknownVersion = 3
    case badValue = 4
    case tooLong = 5
    case trailingBytes = 6
}
