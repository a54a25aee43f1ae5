import Attestation
import EnclaveCrypto
import Foundation
import Glibc
import SGX
import Testing

/// The quoting service as a process, and enclaves of its machine that make REPORTs.
final class QuotingProcess {
    let folder: URL
    let path: String
    private(set) var process: Process
    private let arguments: [String]

    static let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

    /// Waits until it listens; `state`: that of another one's machine.
    init(_ options: [String] = [], state: URL? = nil) throws {
        folder =
            state ?? FileManager.default.temporaryDirectory.appendingPathComponent("quoting-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Other users shall reach the socket, where its mode lets them.
        chmod(folder.path, 0o755)
        path = folder.appendingPathComponent("\(UUID().uuidString.prefix(8)).socket").path
        arguments = ["--socket", path] + options
        process = Process()
        try start()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts it, again after it has ended.
    func start() throws {
        process = Self.make(arguments, state: folder)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        try #require(line.hasPrefix("listening on "), "the service did not start")
    }

    private static func make(_ arguments: [String], state: URL) -> Process {
        let process = Process()
        process.executableURL = tests.appendingPathComponent("inclavare-quoted")
        process.arguments = arguments
        process.environment = ["INCLAVARE_STATE": state.appendingPathComponent("state").path]
        return process
    }

    /// What it says when it cannot serve.
    func refusal(_ arguments: [String]) throws -> String {
        let process = Self.make(arguments, state: folder)
        let errors = Pipe()
        (process.standardError, process.standardOutput) = (errors, FileHandle.nullDevice)
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus != 0)
        return text
    }

    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
        process.waitUntilExit()
    }

    var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }

    func root() throws -> SoftwareRoot { try SoftwareRoot(stateDirectory: folder.appendingPathComponent("state").path, at: now) }

    private func derivation() throws -> KeyDerivation {
        let key = [UInt8](try Data(contentsOf: folder.appendingPathComponent("state/softsgx/root.key")))
        return try #require(KeyDerivation(rootKey: key))
    }

    static let identity: EnclaveIdentity = {
        var secs = SECS(
            size: 1 << 20, baseAddress: 0, ssaFrameSize: 1,
            attributes: Attributes(flags: [.initialized, .mode64Bit], xfrm: .legacy))
        secs.mrEnclave = Digest(bytes: [UInt8](repeating: 0x11, count: 32))!
        secs.mrSigner = Digest(bytes: [UInt8](repeating: 0x22, count: 32))!
        return EnclaveIdentity(secs: secs, cpuSVN: FixedBytes(SoftwarePlatform.components)!)
    }()

    /// TARGETINFO of the enclave whose reports these are.
    static var ownTarget: TargetInfo {
        var target = TargetInfo()
        (target.measurement, target.attributes, target.miscSelect) = (identity.mrEnclave, identity.attributes, identity.miscSelect)
        return target
    }

    func report(for target: [UInt8], data: UInt8 = 0x33) throws -> [UInt8] {
        try derivation().report(
            by: Self.identity, for: TargetInfo(parsing: target), data: FixedBytes([UInt8](repeating: data, count: 64))!,
            keyID: FixedBytes([UInt8](repeating: 9, count: 32))!
        ).bytes
    }

    /// Whether a REPORT was made on this machine for the test's enclave.
    func isGenuine(_ bytes: [UInt8]) throws -> Bool {
        let report = try Report(parsing: bytes)
        let key = try derivation().reportKey(for: Self.ownTarget, keyID: report.keyID, processor: Self.identity)
        return try report.verify(key: key)
    }

    /// The verifier's word, with the machine's own root and collateral.
    func verify(_ quote: [UInt8]) throws -> VerifiedQuote {
        let root = try root()
        return try Verifier(roots: [.simulation(fingerprint: root.certificate.fingerprint)])
            .verify(quote: quote, collateral: root.collateral(at: now), at: now)
    }
}
