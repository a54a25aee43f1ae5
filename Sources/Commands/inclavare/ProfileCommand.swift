import ArgumentParser
import EnclaveBuild
import EnclaveHost
import Foundation
import Wire

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Runs a built enclave and says which system calls it made, what they cost, and what the manifest might say.",
        discussion: """
            Counting and timing happen inside the enclave, so a profiled run is somewhat slower. The manifest's `trace` must not be `off`. \
            The report comes on standard error when the program has ended; the exit code is the program's.
            """)

    @OptionGroup var options: RunOptions
    @Flag(help: "Print one JSON object instead of tables.")
    var json = false
    @Option(help: ArgumentHelp("Write the report into a file.", valueName: "file"))
    var output: String?

    func run() throws {
        let enclave = try options.start([.statistics, .profile])
        let report = try enclave.run(relayingSignals: true)
        let profile = ProfileReport(report, enclave)
        let text = try json ? profile.json : profile.text
        if let output { try Self.write(text, to: output) } else { StandardError.raw(text) }
        Foundation.exit(report.exitCode)
    }

    private static func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) } catch {
            throw BuildError(
                "cannot write the report to \(path)", why: FileFailure.reason(error), remedy: "give a file that can be written")
        }
    }
}
