import Foundation

/// A built enclave over a root filesystem, and its runs.
struct Enclave {
    let rootfs: String
    let folder: TemporaryFolder
    let measurement: String

    /// What a manifest needs beside the program.
    static let small = "memory = \"128M\"\nthreads = 4\n"

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// Builds beside the tree, not in it, so that tests can share one.
    init(_ manifest: String, over rootfs: String? = nil, building options: [String] = []) throws {
        self.rootfs = try rootfs ?? TestTree.shared.get()
        folder = try TemporaryFolder()
        let file = try folder.write("enclave.toml", manifest)
        let built = try Command.run(
            [
                Release.inclavare, "build", "--json", "--rootfs", self.rootfs, "--manifest", file, "--key", Self.key.get(),
                "--output",
                "\(folder.path)/enclave",
            ] + options)
        guard built.status == 0 else { throw Refused(description: built.errors) }
        struct Built: Decodable { let mrenclave: String }
        measurement = try JSONDecoder().decode(Built.self, from: built.output).mrenclave
    }

    /// What the manifest starts, as a shell outside would.
    func program() throws -> (arguments: [String], variables: [String]) {
        struct Program: Decodable {
            let arguments: [String]
            let variables: [String]
        }
        let script = """
            import json, sys, tomllib
            manifest = tomllib.load(open(sys.argv[1], "rb"))
            words = [manifest["entrypoint"]] + manifest.get("args", [""])[1:]
            print(json.dumps({"arguments": words, "variables": [f"{k}={v}" for k, v in manifest.get("env", {}).items()]}))
            """
        let read = try Command.run(["python3", "-c", script, "\(folder.path)/enclave.toml"])
        let program = try JSONDecoder().decode(Program.self, from: read.output)
        return (program.arguments, program.variables)
    }

    /// An enclave whose program takes these arguments and no others.
    init(running arguments: [String], over rootfs: String? = nil, _ more: String = "", building options: [String] = []) throws {
        let words = String(decoding: try JSONEncoder().encode(arguments), as: UTF8.self).replacing("\\/", with: "/")
        try self.init("entrypoint = \"\(arguments[0])\"\nargs = \(words)\n\(Self.small)\(more)", over: rootfs, building: options)
    }

    func run(
        _ arguments: [String] = [], options: [String] = [], environment: [String: String] = [:], input: Data = Data(),
        within seconds: Int = 120
    ) throws -> Command {
        var words = [Release.inclavare, "run", "--rootfs", rootfs] + options + ["\(folder.path)/enclave"]
        if !arguments.isEmpty { words += ["--"] + arguments }
        return try Command.run(words, environment: environment, input: input, within: seconds)
    }

    /// One signing key for all tests, kept beside their root filesystem.
    private static let key: Result<String, any Error> = Result {
        let path = TestTree.cache + "/test-key.pem"
        if FileManager.default.fileExists(atPath: path) { return path }
        let made = try Command.run([Release.inclavare, "key", "generate", path])
        guard made.status == 0 else { throw Refused(description: made.errors) }
        return path
    }
}
