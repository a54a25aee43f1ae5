import ArgumentParser
import EnclaveHost
import Foundation
import Wire

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a built enclave in this terminal, without a container.",
        discussion: """
            What may be given behind `--` and with --env is decided by the manifest (`host.args`, `env`), inside the enclave. \
            The exit code is the program's, or 128 and its signal.
            """)

    @OptionGroup var options: RunOptions
    @Flag(
        name: [.customLong("stats"), .customLong("json")],
        help: "Print what it took as JSON on standard error when the program has ended, and what the manifest might say.")
    var stats = false
    @OptionGroup var traceArguments: TraceArguments

    func run() throws {
        let trace = try traceArguments.options()
        var flags: BootBlock.Flags = []
        if stats { flags.insert(.statistics) }
        if trace != nil { flags.insert(.trace) }
        let enclave = try options.start(flags, trace: trace)
        let report = try enclave.run(relayingSignals: true)
        if stats { try RunReport(report, enclave).write() }
        Foundation.exit(report.exitCode)
    }
}
