/// Typed access to an object's members: absent and null are the same, a wrong type is an error that names the member.
package struct JSONObject {
    package let path: String
    package let members: [JSON.Member]

    package init(_ value: JSON, at path: String) throws(SpecError) {
        guard case .object(let members) = value else { throw SpecError(path, "an object is expected, not \(value.kind)") }
        self.path = path
        self.members = members
    }

    package func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func value(_ key: String) -> JSON? {
        for member in members where member.key == key {
            return member.value == .null ? nil : member.value
        }
        return nil
    }

    private func mismatch(_ key: String, _ expected: String, _ value: JSON) -> SpecError {
        SpecError(path(of: key), "\(expected) is expected, not \(value.kind)")
    }

    package func string(_ key: String) throws(SpecError) -> String? {
        guard let value = value(key) else { return nil }
        return try Self.text(value, at: path(of: key))
    }

    /// A NUL would end the string early in the kernel's eyes, so that what was checked is not what is used.
    private static func text(_ value: JSON, at path: String) throws(SpecError) -> String {
        guard case .string(let text) = value else { throw SpecError(path, "a string is expected, not \(value.kind)") }
        guard !text.utf8.contains(0) else { throw SpecError(path, "a NUL character is not allowed") }
        return text
    }

    package func bool(_ key: String) throws(SpecError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let bool) = value else { throw mismatch(key, "a boolean", value) }
        return bool
    }

    package func integer<Value: FixedWidthInteger>(_ key: String, as: Value.Type = Value.self) throws(SpecError) -> Value? {
        guard let value = value(key) else { return nil }
        let result: Value?
        switch value {
        case .integer(let integer): result = Value(exactly: integer)
        case .unsigned(let integer): result = Value(exactly: integer)
        case .number(let number): result = Value(exactly: number)
        default: throw mismatch(key, "a whole number", value)
        }
        guard let result else { throw SpecError(path(of: key), "the number is out of range") }
        return result
    }

    package func strings(_ key: String) throws(SpecError) -> [String]? {
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value else { throw mismatch(key, "an array", value) }
        var result: [String] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            result.append(try Self.text(element, at: "\(path(of: key))[\(index)]"))
        }
        return result
    }

    package func integers<Value: FixedWidthInteger>(_ key: String, as type: Value.Type = Value.self) throws(SpecError) -> [Value] {
        guard let value = value(key) else { return [] }
        guard case .array(let elements) = value else { throw mismatch(key, "an array", value) }
        var result: [Value] = []
        for (index, element) in elements.enumerated() {
            guard case .integer(let integer) = element, let number = Value(exactly: integer) else {
                throw SpecError("\(path(of: key))[\(index)]", "a whole number in range is expected")
            }
            result.append(number)
        }
        return result
    }

    package func object(_ key: String) throws(SpecError) -> JSONObject? {
        guard let value = value(key) else { return nil }
        return try JSONObject(value, at: path(of: key))
    }

    package func objects(_ key: String) throws(SpecError) -> [JSONObject] {
        guard let value = value(key) else { return [] }
        guard case .array(let elements) = value else { throw mismatch(key, "an array", value) }
        var result: [JSONObject] = []
        for (index, element) in elements.enumerated() {
            result.append(try JSONObject(element, at: "\(path(of: key))[\(index)]"))
        }
        return result
    }

    /// Members whose values are all strings, in the order they were written.
    package func dictionary(_ key: String) throws(SpecError) -> [(key: String, value: String)] {
        guard let object = try object(key) else { return [] }
        var result: [(key: String, value: String)] = []
        for member in object.members {
            guard !member.key.utf8.contains(0) else { throw SpecError(object.path, "a NUL character is not allowed in a name") }
            result.append((member.key, try Self.text(member.value, at: object.path(of: member.key))))
        }
        return result
    }

    package func required(_ key: String, _ value: String?) throws(SpecError) -> String {
        guard let value, !value.isEmpty else { throw SpecError(path(of: key), "must be given") }
        return value
    }
}
