import ContainerRuntime
import Glibc

/// The options of `create` and `run`.
enum LaunchArguments {
    static func parse(_ scanner: inout ArgumentScanner, _ global: GlobalOptions, _ verb: String) throws -> LaunchOptions {
        var options = LaunchOptions()
        options.stateRoot = global.root
        options.log = global.log
        options.libraries = global.libraries
        options.activation = SocketActivation { name in getenv(name).map { String(cString: $0) } }
        options.id = try scanner.id(verb) { scanner, option in try take(option, &scanner, verb, &options) }
        try scanner.end(verb)
        return options
    }

    private static func take(
        _ option: ArgumentScanner.Option, _ scanner: inout ArgumentScanner, _ verb: String, _ options: inout LaunchOptions
    ) throws {
        switch option.name {
        case "--bundle", "-b": options.bundle = try scanner.value(of: option)
        case "--pid-file": options.pidFile = try scanner.value(of: option)
        case "--console-socket": options.consoleSocket = try scanner.value(of: option)
        case "--pidfd-socket": options.pidfdSocket = try scanner.value(of: option)
        case "--no-pivot": options.usesPivot = try !option.flag()
        case "--no-new-keyring": options.makesKeyring = try !option.flag()
        // Nothing of a container is ever adopted.
        case "--no-subreaper": _ = try option.flag()
        case "--preserve-fds":
            let text = try scanner.value(of: option)
            guard let count = UInt32(text), count < 65536 else {
                throw UsageError("--preserve-fds: \"\(text)\" is not a count")
            }
            options.preservedDescriptors = count
        case "--detach" where verb == "run", "-d" where verb == "run": options.detaches = try option.flag()
        case "--keep" where verb == "run": options.keeps = try option.flag()
        default: throw UsageError.unknown(option.name)
        }
    }
}
