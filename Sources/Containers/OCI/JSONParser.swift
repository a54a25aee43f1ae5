/// Reads RFC 8259 strictly: no comments, no trailing commas, no duplicate keys, valid UTF-8, bounded depth and length.
///
/// Duplicate keys are refused because two readers of one file could otherwise see two configurations.
package struct JSONParser {
    static let depthLimit = 64
    package static let lengthLimit = 16 << 20

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0

    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        let result: Result<JSON, JSONError> = bytes.withUnsafeBytes { buffer in
            var parser = JSONParser(bytes: buffer)
            do throws(JSONError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func document() throws(JSONError) -> JSON {
        guard bytes.count <= Self.lengthLimit else { throw failure("longer than 16 MiB") }
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw failure("text after the end of the document") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        switch peek() {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in .object(try parser.members()) }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in .array(try parser.elements()) }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        case nil: throw failure("the document ends where a value is expected")
        default: throw failure("a value is expected")
        }
    }

    private mutating func nested(_ body: (inout Self) throws(JSONError) -> JSON) throws(JSONError) -> JSON {
        depth += 1
        guard depth <= Self.depthLimit else { throw failure("nested deeper than \(Self.depthLimit)") }
        defer { depth -= 1 }
        position += 1
        return try body(&self)
    }

    private mutating func members() throws(JSONError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        var seen = Set<String>()
        if consumeAfterSpace("}") { return members }
        repeat {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw failure("a key in quotes is expected") }
            let key = try string()
            guard isNew(key, among: members, &seen) else { throw failure("the key \"\(key)\" appears twice") }
            guard consumeAfterSpace(":") else { throw failure("':' is expected after a key") }
            members.append(JSON.Member(key, try value()))
        } while consumeAfterSpace(",")
        guard consumeAfterSpace("}") else { throw failure("',' or '}' is expected") }
        return members
    }

    /// Linear while an object is small, which nearly all are; a set beyond, so that no input costs quadratic time.
    private func isNew(_ key: String, among members: [JSON.Member], _ seen: inout Set<String>) -> Bool {
        guard members.count >= 16 else { return !members.contains { $0.key == key } }
        if seen.isEmpty { seen = Set(members.map(\.key)) }
        return seen.insert(key).inserted
    }

    private mutating func elements() throws(JSONError) -> [JSON] {
        var elements: [JSON] = []
        if consumeAfterSpace("]") { return elements }
        repeat { elements.append(try value()) } while consumeAfterSpace(",")
        guard consumeAfterSpace("]") else { throw failure("',' or ']' is expected") }
        return elements
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for index in 0..<text.utf8CodeUnitCount {
            guard peek() == text.utf8Start[index] else { throw failure("'\(text)' is expected") }
            position += 1
        }
        return value
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw failure("a control character inside a string") }
            position += 1
        }
        guard position < bytes.count else { throw failure("a string without an end") }
        let text = try validated(bytes[start..<position])
        position += 1
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var content = Array(bytes[start..<position])
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw failure("a control character inside a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &content)
            } else {
                content.append(byte)
            }
        }
        guard position < bytes.count else { throw failure("a string without an end") }
        position += 1
        return try validated(content)
    }

    private func validated(_ content: some Sequence<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else { throw failure("a string that is not UTF-8") }
        return text
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
        let byte = peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte ?? 0)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: Array(String(try scalar()).utf8))
        default: throw failure("an unknown escape in a string")
        }
    }

    private mutating func scalar() throws(JSONError) -> Character {
        var code = try fourHexDigits()
        if (0xd800..<0xdc00).contains(code) {
            guard peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") else { throw failure("half a surrogate pair") }
            position += 2
            let low = try fourHexDigits()
            guard (0xdc00..<0xe000).contains(low) else { throw failure("half a surrogate pair") }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
        return Character(scalar)
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are expected after \\u")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        try digits()
        if position - firstDigit > 1, bytes[firstDigit] == UInt8(ascii: "0") { throw failure("a number with a leading zero") }
        var isInteger = true
        if peek() == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger {
            if let value = Int64(text) { return .integer(value) }
            if let value = UInt64(text) { return .unsigned(value) }
        }
        guard let value = Double(text), value.isFinite else { throw failure("a number out of range") }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("a digit is expected") }
    }

    // MARK: The cursor

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func consumeAfterSpace(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func failure(_ reason: String) -> JSONError {
        let before = bytes[..<min(position, bytes.count)]
        let line = 1 + before.count { $0 == 0x0a }
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return JSONError(line: line, column: before.count - lineStart + 1, reason: reason)
    }
}
