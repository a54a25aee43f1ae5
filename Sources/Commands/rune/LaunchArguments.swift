import ContainerRuntime

/// The options of `create` and `run`.
enum LaunchArguments {
    static func parse(_ scanner: inout ArgumentScanner, _ global: GlobalOptions, _ verb: String) throws -> LaunchOptions {
        var options = LaunchOptions()
        options.stateRoot = global.root
        options.log = global.log
        options.libraries = global.libraries
        try parseOptions(&scanner, verb, &options)
        guard let id = scanner.operand() else { throw UsageError("\(verb): the container's ID is missing") }
        options.id = id
        try parseOptions(&scanner, verb, &options)
        try scanner.end(verb)
        return options
    }

    private static func parseOptions(
        _ scanner: inout ArgumentScanner, _ verb: String, _ options: inout LaunchOptions
    ) throws {
        while let option = try scanner.option() {
            switch option.name {
            case "--bundle", "-b": options.bundle = try scanner.value(of: option)
            case "--pid-file": options.pidFile = try scanner.value(of: option)
            case "--console-socket": options.consoleSocket = try scanner.value(of: option)
            case "--no-pivot": options.usesPivot = false
            case "--no-new-keyring": options.makesKeyring = false
            case "--preserve-fds":
                let text = try scanner.value(of: option)
                guard let count = UInt32(text), count < 65536 else {
                    throw UsageError("--preserve-fds: \"\(text)\" is not a count")
                }
                options.preservedDescriptors = count
            case "--detach" where verb == "run", "-d" where verb == "run": options.detaches = true
            case "--keep" where verb == "run": options.keeps = true
            default: throw UsageError.unknown(option.name)
            }
        }
    }
}
