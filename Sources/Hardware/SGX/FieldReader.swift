import EnclaveCrypto

/// Reads little-endian fields of one structure at the offsets the SDM gives; the size is checked once.
struct FieldReader {
    private let bytes: [UInt8]
    private let structure: SGXStructure

    init(_ bytes: [UInt8], _ structure: SGXStructure, size: Int) throws(SGXError) {
        guard bytes.count == size else { throw .wrongSize(structure, expected: size, actual: bytes.count) }
        self.bytes = bytes
        self.structure = structure
    }

    func u8(_ offset: Int) -> UInt8 { bytes[offset] }
    func u16(_ offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: integer(offset, 2)) }
    func u32(_ offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: integer(offset, 4)) }
    func u64(_ offset: Int) -> UInt64 { integer(offset, 8) }
    func fixed<let size: Int>(_ offset: Int) -> FixedBytes<size> { FixedBytes(bytes, at: offset) }

    func digest(_ offset: Int) -> Digest {
        // The range has the size of a digest, so there always is one.
        Digest(bytes: [UInt8](bytes[offset..<offset + Digest.byteCount])) ?? Digest()
    }

    func attributes(_ offset: Int) -> Attributes {
        Attributes(flags: .init(rawValue: u64(offset)), xfrm: .init(rawValue: u64(offset + 8)))
    }

    func miscSelect(_ offset: Int) -> MiscSelect { MiscSelect(rawValue: u32(offset)) }

    /// What the SDM reserves must be zero: a later processor may give it a meaning.
    func requireZero(_ range: Range<Int>) throws(SGXError) {
        guard isZero(range) else { throw .reservedNotZero(structure, offset: range.lowerBound) }
    }

    func isZero(_ range: Range<Int>) -> Bool {
        for index in range where bytes[index] != 0 { return false }
        return true
    }

    func badValue(_ offset: Int) -> SGXError { .badValue(structure, offset: offset) }

    private func integer(_ offset: Int, _ width: Int) -> UInt64 {
        var value: UInt64 = 0
        var index = offset + width
        while index > offset {
            index -= 1
            value = value << 8 | UInt64(bytes[index])
        }
        return value
    }
}
