import Attestation
import EnclaveCrypto
import Foundation
import SGX
import Testing

/// A machine with a quoting service, a folder to work in, and `sgx-tools` as a process.
final class ToolsMachine {
    let folder: URL
    let socket: String
    private let service = Process()

    private static let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tools-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        socket = folder.appendingPathComponent("aesm.socket").path
        service.executableURL = Self.built.appendingPathComponent("inclavare-quoted")
        service.arguments = ["--socket", socket]
        service.environment = ["INCLAVARE_STATE": state]
        let output = Pipe()
        service.standardOutput = output
        try service.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        try #require(line.hasPrefix("listening on "), "the quoting service did not start")
    }

    deinit {
        service.terminate()
        service.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private var state: String { folder.appendingPathComponent("state").path }

    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// In the folder, so that default names are there.
    func tools(_ arguments: String..., input: [UInt8] = []) throws -> Result { try tools(arguments, input: input) }

    func tools(_ arguments: [String], input: [UInt8] = []) throws -> Result {
        let process = Process()
        process.executableURL = Self.built.appendingPathComponent("sgx-tools")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let (output, errors, source) = (Pipe(), Pipe(), Pipe())
        (process.standardOutput, process.standardError, process.standardInput) = (output, errors, source)
        try process.run()
        source.fileHandleForWriting.write(Data(input))
        try source.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let problem = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: text, errors: problem)
    }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appendingPathComponent(name))) }

    func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: folder.appendingPathComponent(name)) }

    func write(_ text: String, _ name: String) throws { try write(Array(text.utf8), name) }

    func root() throws -> SoftwareRoot {
        try SoftwareRoot(stateDirectory: state, at: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    }

    /// Collateral of this machine, and a policy that wants the test's enclave.
    func prepareVerification(measurement: UInt8 = 0x11) throws {
        let root = try root()
        try write(root.collateral(at: Timestamp(seconds: Int64(Date().timeIntervalSince1970))).json, "collateral.json")
        let text = """
            version = 1
            [enclave]
            mrenclave = "\(Hex.text([UInt8](repeating: measurement, count: 32)))"
            [simulation]
            root_fingerprint = "\(Hex.text(root.certificate.fingerprint))"

            """
        try write(text, "policy.toml")
    }

    /// EREPORT of the test's enclave.
    func report(for target: [UInt8]) throws -> [UInt8] {
        var secs = SECS(
            size: 1 << 20, baseAddress: 0, ssaFrameSize: 1,
            attributes: Attributes(flags: [.initialized, .mode64Bit], xfrm: .legacy))
        secs.mrEnclave = try #require(Digest(bytes: [UInt8](repeating: 0x11, count: 32)))
        secs.isvProdID = 7
        let cpuSVN = try #require(FixedBytes<16>(SoftwarePlatform.components))
        let derivation = try #require(KeyDerivation(rootKey: try bytes("state/softsgx/root.key")))
        return try derivation.report(
            by: EnclaveIdentity(secs: secs, cpuSVN: cpuSVN), for: TargetInfo(parsing: target), data: FixedBytes<64>(),
            keyID: FixedBytes<32>()
        ).bytes
    }
}
