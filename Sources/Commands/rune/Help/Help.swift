import OCI

/// The texts of `--help` and `--version`.
enum Help {
    static let version = "rune version 0.1.0\nspec: \(State.ociVersion)\n"

    static let globalOptions = [
        OptionDescription(
            "--root", value: "DIR",
            means: "where states are kept: /run/rune, for others than root, and in a user's own namespace, $XDG_RUNTIME_DIR/rune"),
        OptionDescription("--log", value: "FILE", means: "where messages are written, errors besides to stderr"),
        OptionDescription("--log-format", value: "FORMAT", means: "text, or json: objects of level, msg and time"),
        OptionDescription("--debug", means: "more messages"),
        OptionDescription(
            "--rootless", value: "WORD",
            means: "true, false or auto; rights that are missing are found out where they count, whatever is said"),
        OptionDescription("--systemd-cgroup", means: "refused: rune makes cgroups itself"),
        OptionDescription("--version", "-v", means: "the version, and the specification's"),
        OptionDescription("--help", "-h", means: "this text; after a command, the command's"),
    ]

    static var overview: String {
        """
        rune runs OCI containers, ordinary ones and ones whose program runs inside an SGX enclave.

        Usage: rune [GLOBAL OPTION...] COMMAND [OPTION...] [ID ...]

        Commands:
        \(rows(CommandDescription.all.map { ($0.name, $0.summary) }))
        Global options:
        \(rows(globalOptions.map { ($0.usage, $0.text) }))
        rune COMMAND --help explains a command.

        """
    }

    static func text(of name: String) throws -> String {
        guard let command = CommandDescription.all.first(where: { $0.name == name }) else {
            throw UsageError("unknown command \"\(name)\"")
        }
        var text = "rune \(name): \(command.summary)\n\nUsage: \(usage(command))\n"
        if !command.options.isEmpty { text += "\nOptions:\n" + rows(command.options.map { ($0.usage, $0.text) }) }
        if !command.detail.isEmpty { text += "\n\(command.detail)\n" }
        return text
    }

    static func usage(_ command: CommandDescription) -> String {
        ["rune", command.name, command.options.isEmpty ? "" : "[OPTION...]", command.operands].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    private static func rows(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  " + $0 + String(repeating: " ", count: width - $0.count + 2) + $1 + "\n" }.joined()
    }
}
