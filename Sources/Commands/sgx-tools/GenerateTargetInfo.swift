import AESM
import ArgumentParser
import SGX

/// `gen-qe-target-info`: for whom an enclave makes the REPORT that is to be quoted.
struct GenerateTargetInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gen-qe-target-info", abstract: "Write the TARGETINFO of the quoting enclave.")

    @ParentCommand var tools: SGXTools
    @OptionGroup var service: ServiceOptions

    @Option(help: "The file to write, 512 bytes.")
    var targetinfo = "qe_targetinfo.bin"

    func run() throws {
        let bytes = try service.ask { (client) throws(AESMFailure) in try client.targetInfo() }
        if tools.verbose, let target = try? TargetInfo(parsing: bytes) {
            ToolFile.note("Quoting Enclave's TARGETINFO:\n\(TargetInfoFacts.members(target).text())")
        }
        try ToolFile.write(bytes, to: targetinfo)
    }
}
