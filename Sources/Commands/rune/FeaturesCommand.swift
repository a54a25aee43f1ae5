import ContainerRuntime

/// `features`: what this runtime can do, as the specification has callers ask for it (features.md).
enum FeaturesCommand {
    static func run(_ scanner: inout ArgumentScanner) throws -> Int32 {
        if let option = try scanner.option() { throw UsageError.unknown(option.name) }
        try scanner.end("features")
        return CommandOutput.write(CommandOutput.text(Features.json))
    }
}
