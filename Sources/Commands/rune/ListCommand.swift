import ContainerRuntime
import OCI

/// `list`: the containers below the root of states.
enum ListCommand {
    static func run(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var format = "table"
        var quiet = false
        while let option = try scanner.option() {
            switch option.name {
            case "--format", "-f": format = try scanner.value(of: option)
            case "--quiet", "-q": quiet = try option.flag()
            default: throw UsageError.unknown(option.name)
            }
        }
        try scanner.end("list")
        guard format == "table" || format == "json" else { throw UsageError("list: unknown format \"\(format)\"") }
        let states = runtime.list()
        if quiet { return CommandOutput.write(states.map { $0.id + "\n" }.joined()) }
        if format == "json" { return CommandOutput.write(.array(states.map(\.json))) }
        let rows = states.map { [$0.id, String($0.pid), $0.status.rawValue, $0.bundle, $0.created ?? ""] }
        return CommandOutput.write(Table.text([["ID", "PID", "STATUS", "BUNDLE", "CREATED"]] + rows))
    }
}
