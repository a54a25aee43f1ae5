import ArgumentParser
import EnclaveBuild
import Wire

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Shows the configuration, identity and contents of a built enclave.")

    @Argument(help: "Folder of a built enclave, or a root filesystem with one in .inclavare.")
    var folder: String
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let report = InspectReport(try BuiltFolder.load(folder))
        try outputOptions.show(report, text: report.text)
    }
}
