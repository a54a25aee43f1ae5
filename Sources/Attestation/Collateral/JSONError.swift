/// Why bytes are not JSON that a verifier accepts, with the offset of the byte that broke the rule.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Reason: String, Sendable {
        case unexpectedEnd = "the text ends early"
        case unexpectedCharacter = "unexpected character"
        case badEscape = "bad escape in a string"
        case badUTF8 = "a string is not UTF-8"
        case controlCharacter = "control character in a string"
        case duplicateKey = "an object names a key twice"
        case tooDeep = "nested too deeply"
        case tooLong = "too long"
        case notAnExactInteger = "a number that is not an exact integer"
        case trailingBytes = "something follows the value"
    }

    public let reason: Reason
    public let offset: Int

    public init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String { "\(reason.rawValue) at offset \(offset)" }
}
