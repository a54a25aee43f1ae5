/// What help, reference and completion say of a command.
///
/// A new command adds its description to `all`; a test tries every option that is described.
struct CommandDescription {
    let name: String
    /// Half a line, without a full stop.
    let summary: String
    /// `ID`, `ID [SIGNAL]`; empty: none.
    let operands: String
    var options: [OptionDescription] = []
    /// Whole sentences, for the command's own help.
    var detail = ""

    /// The operand that completion fills in: containers.
    var takesID: Bool { operands.hasPrefix("ID") }

    static let all: [CommandDescription] = [
        create, start, run, exec, state, list, kill, delete, pause, resume, ps, update, events, spec, features, attest, completion,
        help,
    ]
}

/// One option: its names, the longest first, and what its value is called.
struct OptionDescription {
    let names: [String]
    /// `nil`: it takes none.
    let value: String?
    let text: String

    init(_ name: String, _ short: String? = nil, value: String? = nil, means text: String) {
        names = [name] + (short.map { [$0] } ?? [])
        self.value = value
        self.text = text
    }

    /// `--bundle DIR, -b DIR`.
    var usage: String { names.map { name in value.map { "\(name) \($0)" } ?? name }.joined(separator: ", ") }
}
