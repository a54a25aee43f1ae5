import ContainerRuntime
import Glibc
import Linux
import OCI

/// The command line: global options, a verb, its options and its operands, parsed by hand to keep the start short.
enum RuneCommand {
    static func main(_ arguments: [String]) -> Int32 {
        var log = RuntimeLog()
        do {
            var scanner = ArgumentScanner(Array(arguments.dropFirst()))
            let global = try GlobalOptions(&scanner)
            log = global.log
            return try run(global, &scanner)
        } catch let error as UsageError {
            log.error("\(error); see rune --help")
        } catch {
            log.error("\(error)")
        }
        return 1
    }

    private static func run(_ global: GlobalOptions, _ scanner: inout ArgumentScanner) throws -> Int32 {
        if global.wantsVersion { return output(Help.version) }
        guard !global.wantsHelp, let verb = scanner.operand() else { return output(Help.text) }
        let runtime = ContainerRuntime(root: global.root, log: global.log)
        switch verb {
        case "create":
            let options = try LaunchArguments.parse(&scanner, global, verb)
            SelfProtection.engage(options)
            try runtime.create(options)
        case "run":
            let options = try LaunchArguments.parse(&scanner, global, verb)
            SelfProtection.engage(options)
            return try runtime.run(options)
        case "exec": return try exec(runtime, &scanner)
        case "start": try runtime.start(scanner.onlyID(verb))
        case "state": return output(text(try runtime.state(scanner.onlyID(verb)).json))
        case "kill": try kill(runtime, &scanner)
        case "delete": try delete(runtime, &scanner)
        case "list": return try list(runtime, &scanner)
        case "pause": try runtime.pause(scanner.onlyID(verb))
        case "resume": try runtime.resume(scanner.onlyID(verb))
        case "ps": return try PsCommand.run(runtime, &scanner)
        case "update": return try UpdateCommand.run(runtime, &scanner)
        case "events": return try EventsCommand.run(runtime, &scanner)
        case "attest": return try AttestCommand.run(runtime, &scanner)
        case "spec": try writeSpec(&scanner)
        case "help": return output(Help.text)
        default: throw UsageError("unknown command \"\(verb)\"")
        }
        return 0
    }

    /// 255 is what callers know as a failure of `exec` itself, apart from the program's own status.
    private static func exec(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        let options = try ExecCommand.parse(&scanner)
        SelfProtection.engage(runtime.log)
        do {
            return try runtime.exec(options)
        } catch {
            runtime.log.error("exec failed: \(error)")
            return 255
        }
    }

    private static func kill(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws {
        var all = false
        while let option = try scanner.option() {
            guard option.name == "--all" || option.name == "-a" else { throw UsageError.unknown(option.name) }
            all = true
        }
        guard let id = scanner.operand() else { throw UsageError("kill: the container's ID is missing") }
        let name = scanner.operand() ?? "TERM"
        while let option = try scanner.option() {
            guard option.name == "--all" || option.name == "-a" else { throw UsageError.unknown(option.name) }
            all = true
        }
        try scanner.end("kill")
        guard let signal = SignalName.number(name) else { throw UsageError("kill: unknown signal \"\(name)\"") }
        try runtime.kill(id, signal: signal, all: all)
    }

    private static func delete(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws {
        var force = false
        while let option = try scanner.option() {
            guard option.name == "--force" || option.name == "-f" else { throw UsageError.unknown(option.name) }
            force = true
        }
        try runtime.delete(scanner.onlyID("delete"), force: force)
    }

    private static func list(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var format = "table"
        var quiet = false
        while let option = try scanner.option() {
            switch option.name {
            case "--format", "-f": format = try scanner.value(of: option)
            case "--quiet", "-q": quiet = true
            default: throw UsageError.unknown(option.name)
            }
        }
        try scanner.end("list")
        let states = runtime.list()
        if quiet { return output(states.map { $0.id + "\n" }.joined()) }
        if format == "json" { return output(text(.array(states.map(\.json)))) }
        guard format == "table" else { throw UsageError("list: unknown format \"\(format)\"") }
        var rows = [["ID", "PID", "STATUS", "BUNDLE", "CREATED"]]
        for state in states {
            rows.append([state.id, String(state.pid), state.status.rawValue, state.bundle, state.created ?? ""])
        }
        return output(Table.text(rows))
    }

    private static func writeSpec(_ scanner: inout ArgumentScanner) throws {
        var bundle = "."
        while let option = try scanner.option() {
            guard option.name == "--bundle" || option.name == "-b" else { throw UsageError.unknown(option.name) }
            bundle = try scanner.value(of: option)
        }
        try scanner.end("spec")
        let path = bundle + "/config.json"
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
        try FileContents.write(Array(text(Spec.template).utf8), to: file, path)
    }

    private static func text(_ json: JSON) -> String {
        String(decoding: JSONWriter.write(json, indented: true), as: UTF8.self) + "\n"
    }

    private static func output(_ text: String) -> Int32 {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) } == bytes.count ? 0 : 1
    }
}
