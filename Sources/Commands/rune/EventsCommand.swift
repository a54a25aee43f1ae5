import ContainerRuntime
import OCI

/// `events`: a line of JSON for each event.
enum EventsCommand {
    static func run(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var interval = 5000
        var once = false
        while let option = try scanner.option() {
            switch option.name {
            case "--stats": once = true
            case "--interval": interval = try Amount.milliseconds(scanner.value(of: option), of: option.name)
            default: throw UsageError.unknown(option.name)
            }
        }
        let id = try scanner.onlyID("events")
        if once { return CommandOutput.write(line(try runtime.statistics(id))) }
        try runtime.events(id, interval: interval) { _ = CommandOutput.write(line($0)) }
        return 0
    }

    private static func line(_ event: JSON) -> String {
        String(decoding: JSONWriter.write(event), as: UTF8.self) + "\n"
    }
}
