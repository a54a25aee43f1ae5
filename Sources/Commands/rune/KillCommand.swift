import ContainerRuntime
import Linux

/// `kill`: a signal for a container's first process, or for all of them.
enum KillCommand {
    static func run(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var all = false
        func take(_ scanner: inout ArgumentScanner, _ option: ArgumentScanner.Option) throws {
            guard option.name == "--all" || option.name == "-a" else { throw UsageError.unknown(option.name) }
            all = try option.flag()
        }
        let id = try scanner.id("kill", take)
        let name = scanner.operand() ?? "TERM"
        while let option = try scanner.option() { try take(&scanner, option) }
        try scanner.end("kill")
        guard let signal = SignalName.number(name) else { throw UsageError("kill: unknown signal \"\(name)\"") }
        try runtime.kill(id, signal: signal, all: all)
        return 0
    }
}
