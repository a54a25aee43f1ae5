/// Walks over arguments: `--name value`, `--name=value`, `-n value`, operands; after `--` all are operands.
struct ArgumentScanner {
    private var rest: ArraySlice<String>
    private var optionsEnded = false

    struct Option {
        let name: String
        let value: String?

        /// A switch: given alone, or as `=true` and `=false`.
        func flag() throws -> Bool {
            switch value {
            case nil, "true": return true
            case "false": return false
            case .some(let text): throw UsageError("the option \(name) is true or false, not \"\(text)\"")
            }
        }
    }

    /// Thrown where an option is looked for and `--help` stands: whoever knows the command prints what it is for.
    struct HelpRequest: Error {}

    init(_ arguments: [String]) {
        rest = arguments[...]
    }

    /// The next argument if it is an option.
    mutating func option() throws -> Option? {
        guard !optionsEnded, let next = rest.first, next.hasPrefix("-"), next != "-" else { return nil }
        rest.removeFirst()
        if next == "--" {
            optionsEnded = true
            return nil
        }
        if next == "--help" || next == "-h" { throw HelpRequest() }
        guard let equals = next.firstIndex(of: "=") else { return Option(name: next, value: nil) }
        return Option(name: String(next[..<equals]), value: String(next[next.index(after: equals)...]))
    }

    mutating func value(of option: Option) throws -> String {
        if let value = option.value { return value }
        guard let next = rest.popFirst() else { throw UsageError("the option \(option.name) needs a value") }
        return next
    }

    mutating func operand() -> String? { rest.popFirst() }

    /// All that is left, whatever it looks like; one `--` before it is nobody's.
    mutating func remaining() -> [String] {
        defer { rest = [] }
        return Array(rest.first == "--" && !optionsEnded ? rest.dropFirst() : rest)
    }

    mutating func onlyID(_ verb: String) throws -> String {
        if let option = try option() { throw UsageError.unknown(option.name) }
        guard let id = operand() else { throw UsageError("\(verb): the container's ID is missing") }
        if let option = try option() { throw UsageError.unknown(option.name) }
        try end(verb)
        return id
    }

    /// The container's ID with options before and after it.
    mutating func id(_ verb: String, _ take: (inout Self, Option) throws -> Void) throws -> String {
        while let option = try option() { try take(&self, option) }
        guard let id = operand() else { throw UsageError("\(verb): the container's ID is missing") }
        while let option = try option() { try take(&self, option) }
        return id
    }

    func end(_ verb: String) throws {
        if let extra = rest.first { throw UsageError("\(verb): unexpected argument \"\(extra)\"") }
    }
}
