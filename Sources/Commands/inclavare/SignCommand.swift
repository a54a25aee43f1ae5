import ArgumentParser
import EnclaveBuild
import EnclaveCrypto
import SGX

struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Signs a built enclave, anew or with another key.")

    @Argument(help: "Folder of a built enclave.")
    var folder: String
    @Option(help: "RSA-3072 key with exponent 3 in PEM.")
    var key: String
    @OptionGroup var outputOptions: OutputOptions

    func run() throws {
        let sigstruct = try BuiltFolder.load(folder).signed(with: try SigningKey(path: key))
        try BuiltFolder.replaceSIGSTRUCT(sigstruct, in: folder)
        struct Report: Encodable {
            let mrenclave: String
            let mrsigner: String
        }
        let report = Report(mrenclave: sigstruct.enclaveHash.bytes.hex, mrsigner: sigstruct.mrSigner.bytes.hex)
        try outputOptions.show(report, text: [("MRENCLAVE", report.mrenclave), ("MRSIGNER", report.mrsigner)])
    }
}
