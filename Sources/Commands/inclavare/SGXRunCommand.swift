import ArgumentParser
import Glibc
import SoftSGX

struct SGXRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sgx-run", abstract: "Runs an SGX program of any kind on the software SGX, unchanged.",
        usage: "inclavare sgx-run [--epc <size>] [--state <dir>] -- <program> [<arguments> ...]",
        discussion: """
            The program finds /dev/sgx_enclave, /dev/sgx_provision, CPUID leaf 0x12 and the vDSO's entry as on a machine with SGX. \
            libinclavare-sgx.so is preloaded for that, so the program has to be dynamically linked; nothing it does is confidential. \
            The exit code is the program's, 127 when it was not found, 126 when it cannot be run this way.
            """)

    @Option(help: "EPC the program sees, with K, M or G: SIZE, or SIZE+BEYOND to limit what is paged out as well.")
    var epc: String?
    @Option(help: "Folder of the machine's root key, instead of $INCLAVARE_STATE.")
    var state: String?
    @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
    var command: [String]

    func run() throws {
        do {
            let words = command.first == "--" ? Array(command.dropFirst()) : command
            try start(words)
        } catch let failure as SGXRunFailure {
            StandardError.write(failure.description)
            throw ExitCode(failure.status)
        }
    }

    private func start(_ words: [String]) throws {
        // Everything behind the first word that is no option of ours belongs to the program, so that even --help arrives here.
        if words == command, words.first == "--help" || words.first == "-h" { throw CleanExit.helpRequest(self) }
        guard let name = words.first, words != command || !name.hasPrefix("-") else {
            throw ValidationError("Give the program behind --: inclavare sgx-run -- PROGRAM ARGUMENTS")
        }
        let environment = try variables()
        let program = try SGXRunProgram(finding: name)
        try program.requireReachable()
        do throws(SoftSGXError) { _ = try MachineRootKey.load(state: environment["INCLAVARE_STATE"]) } catch {
            throw SGXRunFailure.noKey("\(error)")
        }
        environment.forEach { setenv($0.key, $0.value, 1) }
        StandardError.write("SIMULATED: software SGX, nothing here is confidential")
        throw Self.execute(program.path, words)
    }

    /// What the library reads; everything else of the environment stays as it was.
    private func variables() throws -> [String: String] {
        var variables = ["LD_PRELOAD": try SGXRunLibrary.preload(), "INCLAVARE_SGX_TOLD": "1"]
        if let epc {
            guard epc.wholeMatch(of: /[1-9][0-9]{0,12}[KMG]?(\+[0-9]{1,13}[KMG]?)?/) != nil else {
                throw ValidationError("--epc \(epc) is not a size such as 64M or 64M+1G")
            }
            variables["INCLAVARE_SGX_EPC"] = epc
        }
        if let state { variables["INCLAVARE_STATE"] = try Self.folder(state) }
        return variables
    }

    /// Absolute, since the program may change its directory before it opens a device.
    private static func folder(_ name: String) throws -> String {
        guard let path = realpath(name, nil) else {
            throw ValidationError("--state \(name) is no folder: \(String(cString: strerror(errno)))")
        }
        defer { free(path) }
        return String(cString: path)
    }

    private static func execute(_ path: String, _ words: [String]) -> SGXRunFailure {
        var arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        execv(path, &arguments)
        return .cannotRun(path, why: String(cString: strerror(errno)))
    }
}
