/// The commands about the command line itself: `help`, `completion`, and `reference`, which writes docs/reference/rune.md.
enum HelpCommand {
    static func run(_ verb: String, _ scanner: inout ArgumentScanner) throws -> Int32 {
        switch verb {
        case "help":
            let name = try operand(&scanner, verb)
            return CommandOutput.write(try name.map(Help.text) ?? Help.overview)
        case "completion":
            guard let shell = try operand(&scanner, verb) else { throw UsageError("completion: bash, zsh or fish is missing") }
            guard let script = Completion.script(for: shell) else { throw UsageError("completion: unknown shell \"\(shell)\"") }
            return CommandOutput.write(script)
        case "reference":
            try scanner.end(verb)
            return CommandOutput.write(Reference.text)
        default: throw UsageError("unknown command \"\(verb)\"")
        }
    }

    private static func operand(_ scanner: inout ArgumentScanner, _ verb: String) throws -> String? {
        if let option = try scanner.option() { throw UsageError.unknown(option.name) }
        let word = scanner.operand()
        try scanner.end(verb)
        return word
    }
}
