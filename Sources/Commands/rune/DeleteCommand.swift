import ContainerRuntime

/// `delete`: takes away what is left of a container, with `--force` a running one too.
enum DeleteCommand {
    static func run(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var force = false
        let id = try scanner.id("delete") { scanner, option in
            guard option.name == "--force" || option.name == "-f" else { throw UsageError.unknown(option.name) }
            force = try option.flag()
        }
        try scanner.end("delete")
        try runtime.delete(id, force: force)
        return 0
    }
}
