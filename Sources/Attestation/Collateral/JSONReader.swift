/// Reads JSON strictly: no duplicate keys, no fractions, bounded length and depth, nothing after the value.
///
/// A verifier must see one meaning in bytes that were signed once; what parsers are known to differ on is refused here.
public struct JSONReader {
    public static let maximumByteCount = 1 << 20
    public static let maximumDepth = 16

    private let bytes: [UInt8]
    private var offset = 0

    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        guard bytes.count <= maximumByteCount else { throw JSONError(reason: .tooLong, offset: maximumByteCount) }
        var reader = JSONReader(bytes: bytes)
        reader.skipSpace()
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw reader.failure(.trailingBytes) }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw failure(.tooDeep) }
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .integer(try integer())
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        offset += 1
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            offset += 1
            return .object(members)
        }
        while true {
            skipSpace()
            let start = offset
            guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedCharacter) }
            let key = try string()
            guard keys.insert(key).inserted else { throw JSONError(reason: .duplicateKey, offset: start) }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            let valueStart = offset
            let value = try value(depth: depth + 1)
            members.append(JSONValue.Member(key: key, value: value, range: valueStart..<offset))
            if try endsList(UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        var values: [JSONValue] = []
        offset += 1
        skipSpace()
        if try peek() == UInt8(ascii: "]") {
            offset += 1
            return .array(values)
        }
        while true {
            skipSpace()
            values.append(try value(depth: depth + 1))
            if try endsList(UInt8(ascii: "]")) { return .array(values) }
        }
    }

    /// After an element: a comma goes on, the closing bracket ends.
    private mutating func endsList(_ closing: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        let next = try peek()
        guard next == closing || next == UInt8(ascii: ",") else { throw failure(.unexpectedCharacter) }
        offset += 1
        return next == closing
    }

    private mutating func string() throws(JSONError) -> String {
        let start = offset
        var text: [UInt8] = []
        offset += 1
        while true {
            let byte = try peek()
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw JSONError(reason: .badUTF8, offset: start)
                }
                return string
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case 0..<0x20: throw JSONError(reason: .controlCharacter, offset: offset - 1)
            default: text.append(byte)
            }
        }
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        let kind = try peek()
        offset += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [kind]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return Array(String(try escapedScalar()).utf8)
        default: throw failure(.badEscape)
        }
    }

    private mutating func escapedScalar() throws(JSONError) -> Character {
        var value = try fourHexDigits()
        if (0xd800..<0xdc00).contains(value) {
            guard try peek() == UInt8(ascii: "\\") else { throw failure(.badEscape) }
            offset += 1
            try expect(UInt8(ascii: "u"))
            let low = try fourHexDigits()
            guard (0xdc00..<0xe000).contains(low) else { throw failure(.badEscape) }
            value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw failure(.badEscape) }
        return Character(scalar)
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        guard bytes.count - offset >= 4 else { throw failure(.unexpectedEnd) }
        guard let pair = Hex.bytes(String(decoding: bytes[offset..<offset + 4], as: UTF8.self)), pair.count == 2 else {
            throw failure(.badEscape)
        }
        offset += 4
        return UInt32(pair[0]) << 8 | UInt32(pair[1])
    }

    private mutating func integer() throws(JSONError) -> Int64 {
        let start = offset
        if try peek() == UInt8(ascii: "-") { offset += 1 }
        let digits = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        guard offset > digits else { throw JSONError(reason: .unexpectedCharacter, offset: start) }
        let leadingZero = bytes[digits] == UInt8(ascii: "0") && offset > digits + 1
        let fraction = offset < bytes.count && [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[offset])
        guard !leadingZero, !fraction, let value = Int64(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
            throw JSONError(reason: .notAnExactInteger, offset: start)
        }
        return value
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount { try expect(text.utf8Start[index]) }
        return value
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try peek() == byte else { throw failure(.unexpectedCharacter) }
        offset += 1
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw failure(.unexpectedEnd) }
        return bytes[offset]
    }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[offset]) { offset += 1 }
    }

    private func failure(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: offset) }
}
