import ArgumentParser
import CommandProgram

/// Asks the machine's quoting service, judges quotes, and shows what is in the structures of SGX.
@main struct SGXTools: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sgx-tools", abstract: "Quotes, and what is in the structures of SGX.",
        discussion: "A failure is one line on stderr and exit code 1; wrong usage is 64.",
        subcommands: [
            GenerateTargetInfo.self, GenerateQuote.self, GenerateToken.self, VerifyQuote.self, Show.self, Reference.self,
        ])

    @Flag(help: "Show on stderr what is read and written.")
    var verbose = false

    static func main() { CommandProgram.run(Self.self, named: "sgx-tools") }
}
