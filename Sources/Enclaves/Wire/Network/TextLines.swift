/// The lines of a small text of the host's, as words.
enum TextLines {
    static let mostBytes = 65_536

    /// Every line's words; comments, from any of `comments` on, are left out, and so are lines with bytes that no such text has.
    static func words(_ text: [UInt8], comments: [UInt8]) -> [[[UInt8]]] {
        var lines: [[[UInt8]]] = []
        for line in text.prefix(mostBytes).split(separator: 10) {
            let content = line.prefix { !comments.contains($0) }
            guard content.allSatisfy({ ($0 >= 0x20 && $0 < 0x7f) || $0 == 9 || $0 == 13 }) else { continue }
            let words = content.split { $0 == 0x20 || $0 == 9 || $0 == 13 }
            if !words.isEmpty { lines.append(words.map { [UInt8]($0) }) }
        }
        return lines
    }

    /// Letters, digits, hyphens, underscores and dots; at most as long as DNS has it.
    static func isName(_ text: [UInt8]) -> Bool {
        guard let first = text.first, text.count <= 253, first != UInt8(ascii: "-") else { return false }
        return text.allSatisfy { isLetter($0) || ($0 >= 48 && $0 <= 57) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 97 && (byte | 0x20) <= 122 }

    static func lowercased(_ text: [UInt8]) -> [UInt8] { text.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 } }
}

extension [UInt8] {
    /// The bytes of a text that stands in the code.
    init(ascii text: StaticString) { self = text.withUTF8Buffer { [UInt8]($0) } }
}
