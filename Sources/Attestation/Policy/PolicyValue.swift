import TOMLKit

/// A value of a policy file, whichever of its two languages it was written in.
enum PolicyValue {
    case bool(Bool)
    case integer(Int)
    case string(String)
    case list([PolicyValue])
    case table([String: PolicyValue])
    /// A kind of value that no key takes: a date, a fraction, null.
    case other

    init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .bool: self = value.bool.map(PolicyValue.bool) ?? .other
        case .int: self = value.int.map(PolicyValue.integer) ?? .other
        case .string: self = value.string.map(PolicyValue.string) ?? .other
        case .array: self = value.array.map { .list($0.map { PolicyValue($0) }) } ?? .other
        case .table: self = value.table.map { .table(Self.members($0)) } ?? .other
        default: self = .other
        }
    }

    static func members(_ table: TOMLTable) -> [String: PolicyValue] {
        var members: [String: PolicyValue] = [:]
        for key in table.keys { if let value = table[key] { members[key] = PolicyValue(value) } }
        return members
    }

    init(_ value: JSONValue) {
        switch value {
        case .null: self = .other
        case .bool(let bool): self = .bool(bool)
        case .integer(let number): self = .integer(Int(number))
        case .string(let text): self = .string(text)
        case .array(let values): self = .list(values.map { PolicyValue($0) })
        case .object(let members): self = .table(Dictionary(members.map { ($0.key, PolicyValue($0.value)) }) { first, _ in first })
        }
    }
}
