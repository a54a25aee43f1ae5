import ArgumentParser

/// `reference`: docs/reference/sgx-tools.md, from what the commands say of themselves.
struct Reference: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print this reference in Markdown.", shouldDisplay: false)

    func run() { print(Self.markdown, terminator: "") }

    static var markdown: String {
        let commands: [any ParsableCommand.Type] = [
            GenerateTargetInfo.self, GenerateQuote.self, GenerateToken.self, VerifyQuote.self, Show.self,
        ]
        let sections = commands.map { command in
            """
            ## \(command.configuration.commandName ?? "show")

            ```
            \(SGXTools.helpMessage(for: command, columns: 120))
            ```

            """
        }
        return """
            # sgx-tools

            Written by `sgx-tools reference`; a test compares the two.

            The quoting service is whatever speaks AESM's protocol on the socket: `inclavare quoted` (SIMULATED quotes, or those of the service
            behind it) or Intel's aesmd. `sgx-tools --verbose COMMAND` shows on stderr what is read and written.

            \(sections.joined(separator: "\n"))
            """
    }
}
