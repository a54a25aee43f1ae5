import Foundation
import Testing

/// Runs a program to its end; nil where it cannot be started.
func run(_ arguments: [String]) -> (status: Int32, output: String)? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// The C half, compiled as the enclave compiles it.
@Suite("In the enclave")
final class FreestandingTests {
    static let files = ["aes", "hmac", "memory", "processor", "sgx_keys", "sha256"]
    static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Hardware/CEnclaveCrypto")

    let directory: URL
    let flags = [
        "-O2", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-fno-stack-protector", "-fPIC", "-mno-sse", "-mno-mmx",
        "-DINCLAVARE_ENCLAVE", "-I" + FreestandingTests.sources.appendingPathComponent("include").path,
    ]

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Objects by source name, nil (with one line) without a compiler.
    func compile() throws -> [String: String]? {
        guard let version = run(["clang", "--version"]), version.status == 0 else {
            print("no clang: the enclave's build of the cryptography is not looked at")
            return nil
        }
        var objects: [String: String] = [:]
        for file in FreestandingTests.files {
            let source = FreestandingTests.sources.appendingPathComponent(file + ".c").path
            let object = directory.appendingPathComponent(file + ".o").path
            let result = try #require(run(["clang"] + flags + ["-c", source, "-o", object]))
            try #require(result.status == 0, "\(result.output)")
            objects[file] = object
        }
        return objects
    }

    @Test("Every entry point leaves xmm0 to xmm15 as they were, on a stack of any alignment")
    func registers() throws {
        guard let objects = try compile() else { return }
        let source = directory.appendingPathComponent("harness.c")
        try Data(FreestandingHarness.source.utf8).write(to: source)
        let program = directory.appendingPathComponent("harness").path
        let hosted = flags.filter { $0 != "-ffreestanding" }
        let link = try #require(run(["clang"] + hosted + [source.path] + objects.values.sorted() + ["-o", program]))
        try #require(link.status == 0, "\(link.output)")
        let result = try #require(run([program]))
        #expect(result.output == "kept\n")
        #expect(result.status == 0)
    }

    @Test("It needs nothing but memory functions, has no constructor, no data to relocate, no thread-local storage")
    func symbols() throws {
        guard let objects = try compile() else { return }
        let own = "ec_|sgx_"
        for object in objects.values {
            let undefined = try #require(run(["nm", "-u", "-j", object])).output.split(separator: "\n").map(String.init)
            for symbol in undefined {
                let isOwn = own.split(separator: "|").contains { symbol.hasPrefix($0) }
                #expect(isOwn || ["memcpy", "memset", "memmove", "memcmp"].contains(symbol), "\(symbol)")
            }
            let sections = try #require(run(["objdump", "-h", object])).output
            for section in [".init_array", ".ctors", ".tdata", ".tbss", ".data.rel"] {
                #expect(!sections.contains(section), "\(object)")
            }
        }
    }

    @Test("No CPUID, no FS or GS, no AVX; vectors only where AES and SHA are")
    func instructions() throws {
        guard let objects = try compile() else { return }
        for (file, object) in objects {
            let code = try #require(run(["objdump", "-d", "--no-show-raw-insn", object])).output
            for line in code.split(separator: "\n") {
                let columns = line.split(separator: "\t")
                guard columns.count > 1 else { continue }
                let mnemonic = columns[1].prefix { $0 != " " }
                #expect(!["cpuid", "syscall", "ud2", "rdtsc"].contains(mnemonic), "\(line)")
                #expect(!mnemonic.hasPrefix("v"), "\(line)")
                #expect(!line.contains("%fs:") && !line.contains("%gs:"), "\(line)")
                if file != "aes" && file != "sha256" { #expect(!line.contains("%xmm"), "\(line)") }
            }
        }
    }
}
