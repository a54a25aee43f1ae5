/// IP addresses as people write them.
public enum AddressText {
    private static let dot = UInt8(ascii: ".")
    private static let colon = UInt8(ascii: ":")

    /// The 4 or 16 bytes of an address in dotted or in colon notation; `nil` for anything else, leading zeros included.
    public static func parse(_ text: [UInt8]) -> [UInt8]? {
        text.contains(colon) ? internet6(text) : internet(text)
    }

    /// An address of 4 or 16 bytes as `parse` reads it.
    public static func write(_ address: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        if address.count == 4 {
            for index in 0..<4 {
                if index > 0 { text.append(dot) }
                write(Int(address[index]), base: 10, to: &text)
            }
            return text
        }
        for index in stride(from: 0, to: address.count - 1, by: 2) {
            if index > 0 { text.append(colon) }
            write(Int(address[index]) << 8 | Int(address[index + 1]), base: 16, to: &text)
        }
        return text
    }

    private static func write(_ value: Int, base: Int, to text: inout [UInt8]) {
        if value >= base { write(value / base, base: base, to: &text) }
        let digit = UInt8(value % base)
        text.append(digit < 10 ? 48 + digit : 87 + digit)
    }

    private static func internet(_ text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: dot, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let number = decimal([UInt8](part)), number <= 255 else { return nil }
            bytes.append(UInt8(number))
        }
        return bytes
    }

    /// At most one `::`, which stands for one group of zeros or more; the last 32 bits may be dotted.
    private static func internet6(_ text: [UInt8]) -> [UInt8]? {
        guard text.count <= 45 else { return nil }
        guard let gap = gap(in: text) else {
            guard let all = groups(text, isEnd: true), all.count == 16 else { return nil }
            return all
        }
        let tail = [UInt8](text[(gap + 2)...])
        guard self.gap(in: tail) == nil, tail.first != colon else { return nil }
        guard let head = groups([UInt8](text[..<gap]), isEnd: false), let end = groups(tail, isEnd: true) else { return nil }
        guard head.count + end.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - end.count) + end
    }

    private static func gap(in text: [UInt8]) -> Int? {
        var index = 0
        while index + 1 < text.count {
            if text[index] == colon, text[index + 1] == colon { return index }
            index += 1
        }
        return nil
    }

    private static func groups(_ text: [UInt8], isEnd: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: colon, omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for index in 0..<parts.count {
            let part = [UInt8](parts[index])
            if isEnd, index == parts.count - 1, part.contains(dot) {
                guard let last = internet(part) else { return nil }
                return bytes + last
            }
            guard let value = hexadecimal(part) else { return nil }
            bytes.append(UInt8(value >> 8))
            bytes.append(UInt8(value & 0xff))
        }
        return bytes
    }

    /// A decimal number without leading zeros, of five digits at most.
    public static func decimal(_ text: [UInt8]) -> Int? {
        guard !text.isEmpty, text.count <= 5, text[0] != 48 || text.count == 1 else { return nil }
        var value = 0
        for byte in text {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }

    private static func hexadecimal(_ text: [UInt8]) -> Int? {
        guard !text.isEmpty, text.count <= 4 else { return nil }
        var value = 0
        for byte in text {
            switch byte {
            case 48...57: value = value << 4 | Int(byte - 48)
            case 65...70: value = value << 4 | Int(byte - 55)
            case 97...102: value = value << 4 | Int(byte - 87)
            default: return nil
            }
        }
        return value
    }
}
