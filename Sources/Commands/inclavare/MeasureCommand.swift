import ArgumentParser
import EnclaveBuild
import EnclaveCrypto
import SGX
import Wire

struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Recomputes MRENCLAVE from image and configuration and checks everything in the folder.")

    @Argument(help: "Folder of a built enclave, or a root filesystem with one in .inclavare.")
    var folder: String
    @Option(help: "Also compare the index with this root filesystem.")
    var rootfs: String?
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let enclave = try BuiltFolder.load(folder)
        let measurement = try enclave.check()
        if let rootfs { try IndexComparison.check(enclave, against: try RootFilesystem(at: rootfs)) }
        struct Report: Encodable {
            let mrenclave: String
            let mrsigner: String
            let indexRoot: String
        }
        let report = Report(
            mrenclave: measurement.bytes.hex, mrsigner: enclave.sigstruct.mrSigner.bytes.hex,
            indexRoot: enclave.configuration.indexRoot.hex)
        try outputOptions.show(
            report,
            text: [("MRENCLAVE", report.mrenclave), ("MRSIGNER", report.mrsigner), ("index root", report.indexRoot)])
    }
}
