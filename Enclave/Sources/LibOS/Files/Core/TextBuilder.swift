/// Text put together from pieces, as bytes.
struct TextBuilder {
    private(set) var bytes: Bytes = []

    init() {}

    init(_ text: StaticString) { add(text) }

    mutating func add(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
    mutating func add(_ text: Bytes) { bytes.append(contentsOf: text) }
    /// Control characters become `?`: a name is not allowed to break a line of the log.
    mutating func add(printable text: Bytes) {
        for byte in text { bytes.append(byte < 0x20 || byte == 0x7f ? 0x3f : byte) }
    }
    mutating func add(byte: UInt8) { bytes.append(byte) }

    mutating func add(_ value: UInt64, width: Int = 0) {
        var digits: Bytes = []
        var rest = value
        repeat {
            digits.append(UInt8(truncatingIfNeeded: 48 + rest % 10))
            rest /= 10
        } while rest > 0
        pad(width - digits.count, with: 32)
        for digit in digits.reversed() { bytes.append(digit) }
    }

    mutating func add(_ value: Int) {
        if value < 0 { add(byte: 45) }
        add(UInt64(value.magnitude))
    }

    mutating func add(_ value: UInt32) { add(UInt64(value)) }
    mutating func add(_ value: Int32) { add(Int(value)) }

    /// At least `digits` hexadecimal digits.
    mutating func add(hex value: UInt64, digits: Int) {
        var count = digits
        while count < 16, value >> UInt64(count * 4) != 0 { count += 1 }
        for position in stride(from: count - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(position * 4) & 15)
            bytes.append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }

    mutating func add(octal value: UInt32, digits: Int) {
        for position in stride(from: digits - 1, through: 0, by: -1) {
            bytes.append(48 + UInt8(truncatingIfNeeded: value >> UInt32(position * 3) & 7))
        }
    }

    /// Spaces up to column `width`, counted from `start`.
    mutating func pad(_ count: Int, with byte: UInt8) {
        var left = count
        while left > 0 {
            bytes.append(byte)
            left -= 1
        }
    }
}

extension Array where Element == UInt8 {
    /// What stands behind the last slash of a path.
    var lastName: Bytes {
        guard let slash = lastIndex(of: 47) else { return self }
        return Bytes(self[(slash + 1)...])
    }

    init(text: StaticString) { self = text.withUTF8Buffer { Bytes($0) } }

    func hasPrefix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { prefix in
            guard count >= prefix.count else { return false }
            for index in 0..<prefix.count where self[index] != prefix[index] { return false }
            return true
        }
    }

    func equals(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && hasPrefix(text) }

    /// The decimal number these bytes are, when they are nothing else.
    var decimal: UInt32? {
        guard !isEmpty, count <= 9, self[0] != 48 || count == 1 else { return nil }
        var value: UInt32 = 0
        for byte in self {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + UInt32(byte - 48)
        }
        return value
    }
}
