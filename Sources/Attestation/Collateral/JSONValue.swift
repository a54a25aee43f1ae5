/// A JSON value as strict as signed collateral needs it: integers are exact, an object names each key once.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// A key, its value, and where the value's bytes lie in the text: a signature covers exactly those.
    public struct Member: Equatable, Sendable {
        public let key: String
        public let value: JSONValue
        public let range: Range<Int>
    }

    public func member(_ key: String) -> Member? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }
    }

    public subscript(_ key: String) -> JSONValue? { member(key)?.value }

    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    public var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}
