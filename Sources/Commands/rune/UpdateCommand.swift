import ContainerRuntime
import Glibc
import Linux
import OCI

/// `update`: other limits for a container, from a file of `linux.resources` or from options.
enum UpdateCommand {
    static func run(_ runtime: ContainerRuntime, _ scanner: inout ArgumentScanner) throws -> Int32 {
        var file: String?
        var options: [ArgumentScanner.Option] = []
        try collect(&scanner, &file, &options)
        guard let id = scanner.operand() else { throw UsageError("update: the container's ID is missing") }
        try collect(&scanner, &file, &options)
        try scanner.end("update")
        var resources = try file.map(read) ?? SpecResources()
        for option in options { try set(option.name, option.value ?? "", in: &resources) }
        try runtime.update(id, resources)
        return 0
    }

    private static func collect(
        _ scanner: inout ArgumentScanner, _ file: inout String?, _ options: inout [ArgumentScanner.Option]
    ) throws {
        while let option = try scanner.option() {
            let value = try scanner.value(of: option)
            if option.name == "--resources" || option.name == "-r" {
                file = value
            } else {
                options.append(ArgumentScanner.Option(name: option.name, value: value))
            }
        }
    }

    private static func read(_ file: String) throws -> SpecResources {
        let bytes =
            file == "-"
            ? try FileContents.read(FileDescriptor(owning: dup(0)), "standard input") : try FileContents.read(file)
        do throws(SpecError) {
            return try SpecResources(parsing: bytes)
        } catch {
            throw UsageError("update: \(file == "-" ? "standard input" : file): \(error)")
        }
    }

    private static func set(_ name: String, _ value: String, in resources: inout SpecResources) throws {
        switch name {
        case "--pids-limit": resources.pidsLimit = try number(value, name)
        case "--blkio-weight":
            resources.blockIO = resources.blockIO ?? SpecResources.BlockIO()
            resources.blockIO?.weight = try number(value, name)
        case "--l3-cache-schema", "--mem-bw-schema": throw UsageError("\(name) is not supported: there is no Intel RDT here")
        case "--kernel-memory", "--kernel-memory-tcp", "--memory", "--memory-reservation", "--memory-swap":
            resources.memory = try memory(resources.memory ?? SpecResources.Memory(), name, value)
        default: resources.cpu = try cpu(resources.cpu ?? SpecResources.CPU(), name, value)
        }
    }

    private static func memory(_ memory: SpecResources.Memory, _ name: String, _ value: String) throws -> SpecResources.Memory {
        var memory = memory
        let bytes = try Amount.bytes(value, of: name)
        switch name {
        case "--memory": memory.limit = bytes
        case "--memory-reservation": memory.reservation = bytes
        case "--memory-swap": memory.swap = bytes
        case "--kernel-memory": memory.kernel = bytes
        default: memory.kernelTCP = bytes
        }
        return memory
    }

    private static func cpu(_ cpu: SpecResources.CPU, _ name: String, _ value: String) throws -> SpecResources.CPU {
        var cpu = cpu
        switch name {
        case "--cpu-share", "--cpu-shares": cpu.shares = try number(value, name)
        case "--cpu-period": cpu.period = try number(value, name)
        case "--cpu-quota": cpu.quota = try number(value, name)
        case "--cpu-burst": cpu.burst = try number(value, name)
        case "--cpu-rt-period": cpu.realtimePeriod = try number(value, name)
        case "--cpu-rt-runtime": cpu.realtimeRuntime = try number(value, name)
        case "--cpuset-cpus": cpu.cpus = value
        case "--cpuset-mems": cpu.mems = value
        case "--cpu-idle":
            guard value == "0" || value == "1" else { throw UsageError("\(name): 0 or 1 is expected, not \"\(value)\"") }
            cpu.idle = value == "1" ? 1 : 0
        case "--cpus":
            guard let count = Double(value), count > 0, count < 100_000 else {
                throw UsageError("\(name): \"\(value)\" is not a number of processors")
            }
            (cpu.quota, cpu.period) = (Int64(count * 100_000), 100_000)
        default: throw UsageError.unknown(name)
        }
        return cpu
    }

    private static func number<Value: FixedWidthInteger>(_ text: String, _ name: String) throws -> Value {
        guard let value = Value(text) else { throw UsageError("\(name): \"\(text)\" is not a number in its range") }
        return value
    }
}
