import ArgumentParser
import CommandProgram
import QuotedCommand

/// The tool of everybody who builds, runs and verifies enclaves.
@main struct Inclavare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inclavare", abstract: "Build, run and verify confidential containers.", version: "0.1.0",
        subcommands: [
            BuildCommand.self,
            RunCommand.self,
            ProfileCommand.self,
            ExplainCommand.self,
            Verify.self,
            InspectCommand.self,
            MeasureCommand.self,
            LoadCommand.self,
            SignCommand.self,
            KeyCommand.self,
            SGXRunCommand.self,
            DoctorCommand.self,
            Quoted.self,
            QuotedCollateral.self,
            ManifestReferenceCommand.self,
            PolicyReferenceCommand.self,
            SystemCallsReferenceCommand.self,
        ])

    static func main() { CommandProgram.run(Self.self, named: "inclavare") }
}
