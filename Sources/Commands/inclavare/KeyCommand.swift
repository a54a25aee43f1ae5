import ArgumentParser
import EnclaveBuild
import EnclaveCrypto

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Makes and shows signing keys.", subcommands: [Generate.self, Show.self])

    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes an RSA-3072 key with exponent 3.")
        @Argument(help: "File to write, readable by its owner alone; never overwritten.")
        var file: String
        @OptionGroup var outputOptions: OutputOptions

        func run() throws {
            let key = try SigningKey.generate()
            try key.write(to: file)
            try KeyCommand.show(key, file, outputOptions)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the MRSIGNER of a key.")
        @Argument(help: "Key in PEM.")
        var file: String
        @OptionGroup var outputOptions: OutputOptions

        func run() throws { try KeyCommand.show(try SigningKey(path: file), file, outputOptions) }
    }

    fileprivate static func show(_ key: SigningKey, _ file: String, _ options: OutputOptions) throws {
        let report = ["key": file, "mrsigner": SHA256.hash(try key.modulus.reversed()).bytes.hex]
        try options.show(report, text: [("key", file), ("MRSIGNER", report["mrsigner"] ?? "")])
    }
}
