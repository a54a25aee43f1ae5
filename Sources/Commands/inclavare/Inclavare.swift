import ArgumentParser

/// The tool of everybody who builds, runs and verifies enclaves.
struct Inclavare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inclavare", abstract: "Build, run and verify confidential containers.",
        subcommands: [Verify.self, Quoted.self, QuotedCollateral.self])
}
