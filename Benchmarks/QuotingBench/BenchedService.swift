import AESM
import Attestation
import Foundation
import SGX

/// The quoting service as a process of its own, asked over its socket.
final class BenchedService {
    struct Figures {
        var rate = 0.0
        var ratePerCPU = 0.0
        var latencyNanoseconds = 0.0
        var freshNanoseconds = 0.0
        var peakBytes = 0
    }

    private let folder: URL
    private let process = Process()
    private var path: String { folder.appendingPathComponent("socket").path }

    init(program: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("quoting-bench-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--socket", path]
        process.environment = ["INCLAVARE_STATE": folder.appendingPathComponent("state").path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
    }

    func end() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// One client after the other; on one machine with the service they share its processors.
    func measure(seconds: Double) throws -> Figures {
        var client = AESMClient(path: path)
        let report = try report(for: client.targetInfo())
        var figures = Figures(latencyNanoseconds: .infinity, freshNanoseconds: .infinity)
        let (begin, cpu) = (now(), try cpuSeconds())
        var count = 0.0
        while now() - begin < seconds {
            let start = now()
            _ = try client.quote(report: report)
            figures.latencyNanoseconds = min(figures.latencyNanoseconds, (now() - start) * 1e9)
            count += 1
        }
        (figures.rate, figures.ratePerCPU) = (count / (now() - begin), count / max(try cpuSeconds() - cpu, 0.01))
        for _ in 0..<200 {
            var fresh = AESMClient(path: path)
            let start = now()
            _ = try fresh.quote(report: report)
            figures.freshNanoseconds = min(figures.freshNanoseconds, (now() - start) * 1e9)
        }
        figures.peakBytes = try status("VmHWM:") * 1024
        return figures
    }

    private func report(for target: [UInt8]) throws -> [UInt8] {
        let key = [UInt8](try Data(contentsOf: folder.appendingPathComponent("state/softsgx/root.key")))
        let secs = SECS(
            size: 1 << 20, baseAddress: 0, ssaFrameSize: 1,
            attributes: Attributes(flags: [.initialized, .mode64Bit], xfrm: .legacy))
        guard let derivation = KeyDerivation(rootKey: key), let cpuSVN = FixedBytes<16>(SoftwarePlatform.components) else {
            return []
        }
        let identity = EnclaveIdentity(secs: secs, cpuSVN: cpuSVN)
        return try derivation.report(by: identity, for: TargetInfo(parsing: target), data: FixedBytes(), keyID: FixedBytes()).bytes
    }

    private func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

    private func cpuSeconds() throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
        // After the name in parentheses: user and system time are the 12th and 13th, in hundredths.
        let fields = text[text.index(after: text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        return fields[11...12].compactMap { Double($0) }.reduce(0, +) / 100
    }

    private func status(_ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
