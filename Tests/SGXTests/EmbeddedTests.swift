import Foundation
import Testing

/// Runs a program to its end; nil where it cannot be started.
private func run(_ arguments: [String]) -> (status: Int32, output: String)? {
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

/// Both Swift modules compiled as the enclave compiles them, long before an image is built from them.
@Suite("As Embedded Swift")
final class EmbeddedTests {
    static let hardware = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Hardware")
    static let flags = [
        "-wmo", "-Osize", "-swift-version", "6", "-enable-experimental-feature", "Embedded", "-enable-experimental-feature",
        "Lifetimes", "-parse-as-library", "-Xfrontend", "-disable-stack-protector", "-Xcc", "-mno-sse", "-Xcc", "-mno-mmx",
        "-Xcc", "-DINCLAVARE_ENCLAVE",
    ]
    /// What the enclave's runtime supplies; `arc4random_buf` seeds the hashes of `Hashable` types and goes where they are unused.
    static let supplied = [
        "posix_memalign", "free", "memset", "memcpy", "memmove", "memcmp", "arc4random_buf",
    ]

    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("inclavare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let header = EmbeddedTests.hardware.appendingPathComponent("CEnclaveCrypto/include/CEnclaveCrypto.h").path
        try Data("module CEnclaveCrypto { header \"\(header)\" export * }\n".utf8)
            .write(to: directory.appendingPathComponent("module.modulemap"))
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    @Test("EnclaveCrypto and SGX compile without SSE and need only what the enclave supplies")
    func compiles() throws {
        guard let version = run(["swiftc", "--version"]), version.status == 0 else {
            print("no swiftc on PATH: the enclave's build of EnclaveCrypto and SGX is not looked at")
            return
        }
        for module in ["EnclaveCrypto", "SGX"] {
            let sources = try FileManager.default.contentsOfDirectory(
                at: EmbeddedTests.hardware.appendingPathComponent(module), includingPropertiesForKeys: nil)
            let files = sources.map(\.path).filter { $0.hasSuffix(".swift") }.sorted()
            let object = directory.appendingPathComponent(module + ".o").path
            let interface = directory.appendingPathComponent(module + ".swiftmodule").path
            let result = try #require(
                run(
                    ["swiftc"] + EmbeddedTests.flags + ["-I", directory.path, "-module-name", module, "-emit-module"]
                        + ["-emit-module-path", interface, "-c"] + files + ["-o", object]))
            try #require(result.status == 0, "\(result.output)")
            let code = try #require(run(["objdump", "-d", object])).output
            #expect(!code.contains("%xmm"), "\(module) uses vector registers")
            let undefined = try #require(run(["nm", "-u", "-j", object])).output.split(separator: "\n").map(String.init)
            for symbol in undefined where !symbol.hasPrefix("ec_") && !symbol.hasPrefix("sgx_") && !symbol.hasPrefix("$e") {
                #expect(EmbeddedTests.supplied.contains(symbol), "\(module) needs \(symbol)")
            }
        }
    }
}
