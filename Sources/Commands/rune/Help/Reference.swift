/// docs/reference/rune.md, from what the commands say of themselves.
enum Reference {
    static var text: String {
        """
        # rune

        Written by `rune reference`; a test compares the two.

        `rune [GLOBAL OPTION...] COMMAND [OPTION...] [ID ...]` runs OCI containers, ordinary ones and ones whose program runs inside an
        SGX enclave. An option's value follows it as the next word or after `=`. Options may stand before and after the ID, save
        for `exec` and `ps`, where what follows the ID belongs to the program. A failure is one line on stderr and, with `--log`,
        in the log; the exit status is then 1.

        ## Global options

        \(table(Help.globalOptions))
        \(CommandDescription.all.map(section).joined(separator: "\n"))
        """
    }

    private static func section(_ command: CommandDescription) -> String {
        var text = "## \(command.name)\n\n`\(Help.usage(command))`: \(command.summary).\n"
        if !command.detail.isEmpty { text += "\n\(command.detail)\n" }
        if !command.options.isEmpty { text += "\n" + table(command.options) }
        return text
    }

    private static func table(_ options: [OptionDescription]) -> String {
        func cell(_ text: String) -> String { text.split(separator: "|").joined(separator: "\\|") }
        return "| option | meaning |\n| --- | --- |\n"
            + options.map { "| `\(cell($0.usage))` | \(cell($0.text)) |\n" }.joined()
    }
}
