import OCI
import Testing

/// Each field of a complete configuration, replaced by what it must not be: the error names the field, in one line.
@Suite struct ConfigurationFieldTests {
    /// What is not looked into: an object of a platform that is not this one, and parts that are refused whole.
    private static let opaque: Set<String> = ["linux.intelRdt", "linux.memoryPolicy", "linux.netDevices", "vm", "windows"]

    @Test func theCompleteConfigurationIsRead() throws {
        _ = try Spec(parsing: JSONWriter.write(CompleteConfiguration.value))
    }

    @Test func aFieldOfTheWrongKindIsNamed() {
        let kinds: [JSON] = ["text", 7, true, ["text"], ["key": "value"]]
        for field in Field.all(of: CompleteConfiguration.value) where !Self.isOpaque(field.path) {
            for wrong in kinds where !wrong.isOfSameKind(as: field.value) {
                expectRefusal(of: wrong, at: field)
            }
        }
    }

    @Test func aNumberOutOfRangeIsNamed() {
        for field in Field.all(of: CompleteConfiguration.value) where !Self.isOpaque(field.path) {
            guard case .integer = field.value else { continue }
            for wrong: JSON in [.number(1.5), .number(1e30), .number(-1e30)] { expectRefusal(of: wrong, at: field) }
        }
    }

    @Test func aNULInAStringIsNamed() {
        for field in Field.all(of: CompleteConfiguration.value) where !Self.isOpaque(field.path) {
            guard case .string(let text) = field.value else { continue }
            expectRefusal(of: .string(text + "\0x"), at: field)
        }
    }

    private static func isOpaque(_ path: String) -> Bool {
        opaque.contains { path == $0 || path.hasPrefix($0 + ".") }
    }

    private func expectRefusal(of wrong: JSON, at field: Field) {
        let changed = CompleteConfiguration.value.replacing(field.steps[...], by: wrong)
        let shown = String(decoding: JSONWriter.write(wrong), as: UTF8.self)
        do {
            _ = try Spec(parsing: JSONWriter.write(changed))
            Issue.record("\(field.path) was taken as \(shown)")
        } catch {
            #expect(error.path == field.path, "\(field.path) as \(shown): \(error)")
            #expect(!error.description.contains("\n"))
        }
    }
}

/// A place in a JSON value.
struct Field {
    enum Step: Equatable {
        case member(String)
        case element(Int)
    }

    let steps: [Step]
    let value: JSON

    /// As errors write it: `mounts[0].options[1]`.
    var path: String {
        steps.reduce(into: "") { path, step in
            switch step {
            case .member(let key): path += path.isEmpty ? key : "." + key
            case .element(let index): path += "[\(index)]"
            }
        }
    }

    /// Every place but the root.
    static func all(of value: JSON, under steps: [Step] = []) -> [Field] {
        let own = steps.isEmpty ? [] : [Field(steps: steps, value: value)]
        switch value {
        case .object(let members): return own + members.flatMap { all(of: $0.value, under: steps + [.member($0.key)]) }
        case .array(let elements): return own + elements.enumerated().flatMap { all(of: $1, under: steps + [.element($0)]) }
        default: return own
        }
    }
}

extension JSON {
    func isOfSameKind(as other: JSON) -> Bool {
        switch (self, other) {
        case (.string, .string), (.bool, .bool), (.array, .array), (.object, .object), (.integer, .integer): true
        default: false
        }
    }

    func replacing(_ steps: ArraySlice<Field.Step>, by value: JSON) -> JSON {
        guard let step = steps.first else { return value }
        switch (step, self) {
        case (.member(let key), .object(let members)):
            return .object(members.map { $0.key == key ? Member(key, $0.value.replacing(steps.dropFirst(), by: value)) : $0 })
        case (.element(let place), .array(let elements)):
            return .array(elements.enumerated().map { $0 == place ? $1.replacing(steps.dropFirst(), by: value) : $1 })
        default: return self
        }
    }
}
