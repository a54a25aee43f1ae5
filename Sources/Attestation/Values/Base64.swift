/// Base64 as certificates carry it: the standard alphabet, padded, every leftover bit zero.
enum Base64 {
    /// The bytes behind `text`, or nil where a character, the padding or a leftover bit is wrong.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let padding = text.last == pad ? (text.dropLast().last == pad ? 2 : 1) : 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        for index in 0..<text.count - padding {
            guard let value = value(text[index]) else { return nil }
            bits = bits << 6 | value
            if index & 3 == 3 { append(bits, count: 3, to: &bytes) }
        }
        guard padding > 0 else { return bytes }
        let missing = UInt32(padding * 6)
        guard bits & ((1 << (UInt32(padding) * 2)) - 1) == 0 else { return nil }
        append(bits << missing, count: 3 - padding, to: &bytes)
        return bytes
    }

    private static let pad = UInt8(ascii: "=")

    private static func append(_ group: UInt32, count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - index * 8))) }
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
