/// Why an expectation is not met.
struct Unmet: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What this machine does not have, so that an expectation says nothing.
struct Unavailable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws when the two differ.
func expect<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
    guard found == wanted else { throw Unmet("\(what): \(found), not \(wanted)") }
}

/// Throws when it does not hold.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    guard holds else { throw Unmet(what()) }
}
