import ArgumentParser
import EnclaveBuild
import EnclaveHost
import Foundation
import Linux
import Wire

/// Which enclave is started, and with what: the same for every command that runs one.
struct RunOptions: ParsableArguments {
    @Argument(help: "Folder of a built enclave, or a root filesystem with one in .inclavare.")
    var folder: String
    @Option(help: "Root filesystem; the folder's parent when not given.")
    var rootfs: String?
    @Flag(help: "Do not rewrite system calls: each one traps. Only slower.")
    var noRewrite = false
    @Option(name: .customLong("env"), help: "NAME=VALUE, or NAME to pass this process's own; repeatable.")
    var environment: [String] = []
    @Option(
        name: .customLong("volume"),
        help:
            "PATH=FOLDER: where the encrypted volume mounted at PATH is kept, or the folder of the verified mount; its source below the root filesystem when not given."
    )
    var volumes: [String] = []
    @Option(help: "Folder for the counters of encrypted volumes; beside each volume when not given.")
    var counters: String?
    @Option(help: "Folder for an encrypted layer of the program's root; /var/tmp, /tmp or /dev/shm when not given.")
    var scratch: String?
    @Option(help: "UNIX socket of the quoting service, which speaks AESM's protocol.")
    var quotingSocket = "/var/run/aesmd/aesm.socket"
    @Option(
        help:
            "When a thread of this command looks for calls made without exits, where the manifest says exitless: never, busy (while many come and the processor is free) or always."
    )
    var exitless = ExitlessChoice.busy
    @Option(help: "error, warning, info, debug or trace; INCLAVARE_LOG when not given.")
    var log: String?
    @Argument(help: "argv, with argv[0] first; the manifest's when not given.")
    var arguments: [String] = []

    /// Loads the enclave and boots it, ready to run.
    func start(_ flags: BootBlock.Flags, trace: TraceOptions? = nil) throws -> LoadedEnclave {
        let place = try EnclavePlace(folder, rootfs: rootfs)
        let opened = try EnclaveHost.EnclaveFolder.open(path: place.folder)
        var services = HostServices(rootFilesystem: try place.open())
        let block = try bootBlock(flags)
        let device: any EnclaveDevice = KernelDevice.obstacle == nil ? try KernelDevice() : SoftwareDevice()
        SimulationNotice.show(for: device)
        let enclave = try LoadedEnclave.load(folder: opened, device: device)
        services.quoting = .path(quotingSocket)
        services.trace = trace
        services.exitless = exitless.diligence
        if let scratch, enclave.configuration.rootWriting != .encrypted {
            throw BuildError(
                "--scratch \(scratch)", why: "the manifest's root is not written to the host",
                remedy: "set writable = \"encrypted\" in its [root]")
        }
        services.volumes = try volumePlaces(for: enclave.configuration.mounts)
        warnOfUnlisted(block.environment, enclave.configuration.environment)
        try enclave.boot(block, services: services)
        return enclave
    }

    private func volumePlaces(for mounts: [Mount]) throws(BuildError) -> VolumePlaces {
        var places = VolumePlaces()
        places.counters = counters
        places.scratch = scratch
        places.folders = try VolumeOption.folders(volumes)
        let known = mounts.filter { $0.trust == .encrypted || $0.trust == .verified }.map(\.path)
        for (path, folder) in places.folders where !known.contains(Array(path.utf8)) {
            throw BuildError(
                "--volume \(path)=\(folder)", why: "the manifest has no encrypted or verified mount at \(path)",
                remedy: "add one to its [[mounts]] and build the enclave again, or give the path of one it has")
        }
        return places
    }

    /// The enclave drops them; whoever wrote them on the command line wants to know.
    private func warnOfUnlisted(_ variables: [[UInt8]], _ rules: [EnvironmentRule]) {
        for variable in variables {
            let name = Array(variable.prefix { $0 != UInt8(ascii: "=") })
            let value = Array(variable.dropFirst(name.count + 1))
            if rules.contains(where: { $0.name == name && ($0.mode != .fixed || $0.value == value) }) { continue }
            StandardError.write(
                "--env \(String(decoding: name, as: UTF8.self)): the manifest does not let the host set it, so the program does not get it; "
                    + "list it in [env]")
        }
    }

    private func bootBlock(_ flags: BootBlock.Flags) throws -> BootBlock {
        var block = BootBlock()
        block.flags = flags
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

extension ExitReport {
    /// The exit code of a command that ran the program: the program's, or 128 and its signal.
    var exitCode: Int32 { Int32(signal == 0 ? status : 128 + signal) }
}
