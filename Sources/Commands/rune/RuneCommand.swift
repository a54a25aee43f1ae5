import ContainerRuntime
import Glibc
import OCI

/// The command line: global options, a command, its options and its operands, parsed by hand to keep the start short.
package enum RuneCommand {
    /// `libraries`: what loads enclave runtimes of others; `nil` in a program that cannot.
    package static func main(_ arguments: [String], libraries: (any EnclaveLibraryLoader)? = nil) -> Int32 {
        CallersStreams.open()
        var scanner = ArgumentScanner(Array(arguments.dropFirst()))
        var global = GlobalOptions()
        global.libraries = libraries
        do {
            try global.parse(&scanner)
            if global.wantsVersion { return CommandOutput.write(Help.version) }
            guard let verb = scanner.operand() else { return CommandOutput.write(Help.overview) }
            do {
                return try run(verb, global, &scanner)
            } catch is ArgumentScanner.HelpRequest {
                return CommandOutput.write(try Help.text(of: verb))
            }
        } catch is ArgumentScanner.HelpRequest {
            return CommandOutput.write(Help.overview)
        } catch let error as UsageError {
            global.log.error("\(error); see rune --help")
        } catch {
            global.log.error("\(error)")
        }
        return 1
    }

    private static func run(_ verb: String, _ global: GlobalOptions, _ scanner: inout ArgumentScanner) throws -> Int32 {
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
        case "state": return CommandOutput.write(try runtime.state(scanner.onlyID(verb)).json)
        case "kill": return try KillCommand.run(runtime, &scanner)
        case "delete": return try DeleteCommand.run(runtime, &scanner)
        case "list": return try ListCommand.run(runtime, &scanner)
        case "pause": try runtime.pause(scanner.onlyID(verb))
        case "resume": try runtime.resume(scanner.onlyID(verb))
        case "ps": return try PsCommand.run(runtime, &scanner)
        case "update": return try UpdateCommand.run(runtime, &scanner)
        case "events": return try EventsCommand.run(runtime, &scanner)
        case "attest": return try AttestCommand.run(runtime, &scanner)
        case "features": return try FeaturesCommand.run(&scanner)
        case "spec": return try SpecCommand.run(&scanner)
        case "checkpoint", "restore":
            throw UsageError("\(verb) is not supported: rune neither saves nor restores running containers")
        default: return try HelpCommand.run(verb, &scanner)
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
}
