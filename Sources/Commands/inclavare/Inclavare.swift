import ArgumentParser
import Glibc
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

    /// The one place where errors become text, so that every one is one line on standard error.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as any Explained {
            ErrorRenderer.show(error)
            Glibc.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}
