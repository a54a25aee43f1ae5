import ContainerRuntime

/// The options of `exec`; what stands behind the container's ID belongs to the program.
enum ExecCommand {
    static func parse(_ scanner: inout ArgumentScanner) throws -> ExecOptions {
        var options = ExecOptions()
        try parseOptions(&scanner, &options)
        guard let id = scanner.operand() else { throw UsageError("exec: the container's ID is missing") }
        options.id = id
        options.arguments = scanner.remaining()
        if options.processFile == nil, options.arguments.isEmpty { throw UsageError("exec: the program is missing") }
        return options
    }

    private static func parseOptions(_ scanner: inout ArgumentScanner, _ options: inout ExecOptions) throws {
        while let option = try scanner.option() {
            switch option.name {
            case "--process", "-p": options.processFile = try scanner.value(of: option)
            case "--detach", "-d": options.detaches = try option.flag()
            case "--pid-file": options.pidFile = try scanner.value(of: option)
            case "--console-socket": options.consoleSocket = try scanner.value(of: option)
            case "--pidfd-socket": options.pidfdSocket = try scanner.value(of: option)
            case "--tty", "-t": options.hasTerminal = try option.flag()
            case "--preserve-fds": options.preservedDescriptors = try number(scanner.value(of: option), option, below: 65536)
            case "--ignore-paused": options.ignoresPause = try option.flag()
            case "--cgroup": options.cgroups.append(try scanner.value(of: option))
            default: try parseProcess(option, &scanner, &options)
            }
        }
    }

    private static func parseProcess(
        _ option: ArgumentScanner.Option, _ scanner: inout ArgumentScanner, _ options: inout ExecOptions
    ) throws {
        switch option.name {
        case "--user", "-u": options.user = try user(scanner.value(of: option))
        case "--additional-gids", "-g": options.additionalGroups.append(try number(scanner.value(of: option), option))
        case "--cwd": options.workingDirectory = try scanner.value(of: option)
        case "--env", "-e": options.environment.append(try scanner.value(of: option))
        case "--cap", "-c": options.capabilities.append(try scanner.value(of: option))
        case "--no-new-privs": options.noNewPrivileges = try option.flag()
        case "--process-label": options.processLabel = try scanner.value(of: option)
        case "--apparmor": options.appArmorProfile = try scanner.value(of: option)
        // The process is always the caller's subreaper's to reap.
        case "--no-subreaper": _ = try option.flag()
        default: throw UsageError.unknown(option.name)
        }
    }

    private static func user(_ text: String) throws -> (uid: UInt32, gid: UInt32?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { UInt32($0) }
        if let uid = parts[0], parts.count == 1 || parts[1] != nil { return (uid, parts.count == 2 ? parts[1] : nil) }
        throw UsageError("exec: --user: \"\(text)\" is not UID or UID:GID")
    }

    private static func number(
        _ text: String, _ option: ArgumentScanner.Option, below limit: UInt32 = .max
    ) throws -> UInt32 {
        guard let number = UInt32(text), number < limit else {
            throw UsageError("\(option.name): \"\(text)\" is not a number in range")
        }
        return number
    }
}
