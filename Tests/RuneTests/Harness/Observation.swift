/// What the program in the container printed: lines of a key and a value.
struct Observation {
    let status: Int32
    let errors: String
    let lines: [String]

    init(_ finished: Finished) {
        status = finished.status
        errors = finished.errors
        lines = finished.output.split(separator: "\n").map(String.init)
    }

    /// The values of a key, in order; a key may be of several words, `file /dev/null`.
    func all(_ key: String) -> [String] {
        lines.filter { $0.hasPrefix(key + " ") }.map { String($0.dropFirst(key.utf8.count + 1)) }
    }

    subscript(key: String) -> String? { all(key).first }

    /// Throws unless the key's value is this one.
    func expect(_ key: String, _ wanted: String) throws {
        guard let value = self[key] else { throw Unmet("nothing was printed of \(key); status \(status): \(errors)") }
        guard value == wanted else { throw Unmet("\(key): \(value), not \(wanted)") }
    }
}
