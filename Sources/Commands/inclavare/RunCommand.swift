import ArgumentParser
import EnclaveBuild
import EnclaveHost
import Foundation
import Linux
import Wire

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a built enclave in this terminal, without a container.",
        discussion: """
            What may be given behind `--` and with --env is decided by the manifest (`host.args`, `env`), inside the enclave. \
            The exit code is the program's, or 128 and its signal.
            """)

    @Argument(help: "Folder of a built enclave, or a root filesystem with one in .inclavare.")
    var folder: String
    @Option(help: "Root filesystem; the folder's parent when not given.")
    var rootfs: String?
    @Flag(
        name: [.customLong("stats"), .customLong("json")],
        help: "Print what it took as JSON on standard error when the program has ended.")
    var stats = false
    @Flag(help: "Do not rewrite system calls: each one traps. Only slower.")
    var noRewrite = false
    @Option(name: .customLong("env"), help: "NAME=VALUE, or NAME to pass this process's own; repeatable.")
    var environment: [String] = []
    @Option(help: "UNIX socket of the quoting service.")
    var quotingSocket = "/run/inclavare/quoted.sock"
    @Option(help: "error, warning, info, debug or trace; INCLAVARE_LOG when not given.")
    var log: String?
    @Argument(help: "argv, with argv[0] first; the manifest's when not given.")
    var arguments: [String] = []

    func run() throws {
        let place = try EnclavePlace(folder, rootfs: rootfs)
        let device: any EnclaveDevice = KernelDevice.obstacle == nil ? try KernelDevice() : SoftwareDevice()
        SimulationNotice.show(for: device)
        let enclave = try LoadedEnclave.load(folder: EnclaveHost.EnclaveFolder.open(path: place.folder), device: device)
        try enclave.boot(try bootBlock(), services: try services(place.rootfs))
        let report = try enclave.run()
        if stats { try RunReport(report, enclave).write() }
        Foundation.exit(Int32(report.signal == 0 ? report.status : 128 + report.signal))
    }

    private func services(_ rootfs: String) throws -> HostServices {
        var services = HostServices(rootFilesystem: try FileDescriptor.open(rootfs, O_PATH | O_DIRECTORY))
        services.quoting = .path(quotingSocket)
        return services
    }

    private func bootBlock() throws -> BootBlock {
        var block = BootBlock()
        block.logLevel = try level()
        block.arguments = arguments.map { Array($0.utf8) }
        for item in environment {
            guard !item.contains("=") else {
                block.environment.append(Array(item.utf8))
                continue
            }
            guard let value = ProcessInfo.processInfo.environment[item] else { continue }
            block.environment.append(Array("\(item)=\(value)".utf8))
        }
        if noRewrite { block.flags.insert(.withoutRewriting) }
        if stats { block.flags.insert(.statistics) }
        return block
    }

    private func level() throws(BuildError) -> LogLevel {
        let names: [String: LogLevel] = ["error": .error, "warning": .warning, "info": .info, "debug": .debug, "trace": .trace]
        guard let name = log ?? ProcessInfo.processInfo.environment["INCLAVARE_LOG"] else { return .warning }
        guard let level = names[name] else {
            throw BuildError(
                "unknown log level \(name)", why: "it is not one of five", remedy: "give error, warning, info, debug or trace")
        }
        return level
    }
}
