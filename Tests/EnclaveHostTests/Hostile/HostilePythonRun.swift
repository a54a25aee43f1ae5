import EnclaveTestSupport
import Foundation
import Glibc
import SGX
import SoftSGX
import Wire

@testable import EnclaveHost

/// One run of attacked.py in an enclave with an encrypted volume.
struct HostilePythonRun {
    let ending: HostAttackRun.Ending
    let text: String
    let log: String
    let told: [String: Int]
    private let signal: UInt32

    /// `lies`: a seed, and one in how many calls is lied about; nil: an honest host.
    init(journal: String, vault: Vault, lies: (seed: UInt64, every: Int)?) throws {
        self = try AddressZero.use { try HostilePythonRun(there: journal, vault, lies) }
    }

    private init(there journal: String, _ vault: Vault, _ lies: (seed: UInt64, every: Int)?) throws {
        let host = try HostileHost(
            [], program: "usr/bin/python3", vcpus: 3, volumes: ["/vault": vault.path], packages: PackagedTree.python.get()
        ) { Self.configure(&$0, journal) }
        let patience: Duration = lies == nil ? .seconds(120) : .seconds(8)
        host.deadline = .now + patience
        host.around = { ThreadTimer(signal: SIGUSR2, microseconds: 300_000) }
        if let lies { host.anyCallLiar = AnyCallLiar(seed: lies.seed, every: lies.every, enclave: host.enclave.secs.baseAddress) }
        ending = try HostAttackRun.ending(of: host, within: patience) { _ in }
        text = try host.outputText
        log = try host.logText
        signal = host.report?.signal ?? 0
        told = host.anyCallLiar?.told ?? [:]
    }

    private static func configure(_ configuration: inout EnclaveConfiguration, _ journal: String) {
        configuration.addressSpace = 512 << 20
        configuration.userMemory = 160 << 20
        configuration.kernelMemory = 48 << 20
        configuration.memoryIsFixed = true
        configuration.arguments.values = ["/usr/bin/python3", "/attacked.py", journal].map { Array($0.utf8) }
        configuration.environment = ["LANG=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"].map {
            let parts = $0.split(separator: "=", maxSplits: 1)
            return EnvironmentRule(
                name: Array(parts[0].utf8), mode: .fixed, hasValue: true, value: Array(parts[1].utf8), patterns: [])
        }
        let path = Array("/vault".utf8)
        configuration.mounts = [Mount(path: path, trust: .encrypted, source: path, readOnly: false, size: 0)]
    }

    /// What must not be, whatever the host did.
    var complaints: [String] {
        var found: [String] = []
        if text.contains("WRONG") { found.append(text) }
        switch ending {
        case .ran, .refusedToStart, .starved: break
        default: found.append("\(ending)")
        }
        if [SIGSEGV, SIGILL, SIGFPE].contains(Int32(signal)) { found.append("the program got signal \(signal)") }
        return found
    }
}

/// A folder for a volume, which goes with the last that uses it.
final class Vault {
    let path = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
