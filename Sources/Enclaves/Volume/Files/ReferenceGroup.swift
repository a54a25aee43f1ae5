/// References to sixteen consecutive blocks of a file.
///
/// Stored: u16 with a bit for each block that is there, then their references in order; what is not there reads as zeros.
struct ReferenceGroup {
    static let count: UInt64 = 16

    private(set) var references = [BlockReference](repeating: BlockReference(), count: Int(ReferenceGroup.count))

    init() {}

    subscript(_ place: Int) -> BlockReference {
        get { references[place] }
        set { references[place] = newValue }
    }

    var isEmpty: Bool {
        for reference in references where !reference.isNone { return false }
        return true
    }

    var encoded: [UInt8] {
        var mask: UInt16 = 0
        var present = 0
        for place in references.indices where !references[place].isNone {
            mask |= 1 << UInt16(place)
            present += 1
        }
        var bytes = [UInt8](repeating: 0, count: 2 + present * BlockReference.byteCount)
        let references = references
        bytes.withUnsafeMutableBytes { raw in
            guard let start = raw.baseAddress else { return }
            start.storeBytes(of: mask.littleEndian, as: UInt16.self)
            var at = 2
            for reference in references where !reference.isNone {
                reference.encode(into: start + at)
                at += BlockReference.byteCount
            }
        }
        return bytes
    }

    /// `nil` where the bytes are not a group with references below `limit`.
    init?(decoding bytes: [UInt8], limit: UInt32) {
        guard bytes.count >= 2 else { return nil }
        let mask = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
        guard bytes.count == 2 + mask.nonzeroBitCount * BlockReference.byteCount else { return nil }
        var at = 2
        for place in 0..<Int(Self.count) where mask >> UInt16(place) & 1 != 0 {
            let reference = bytes.withUnsafeBytes { BlockReference(decoding: $0.baseAddress.unsafelyUnwrapped + at) }
            guard reference.block >= Superblock.copies, reference.block < limit else { return nil }
            references[place] = reference
            at += BlockReference.byteCount
        }
    }
}
