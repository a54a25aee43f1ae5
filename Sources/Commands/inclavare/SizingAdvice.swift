import EnclaveHost
import Wire

/// What a run used of memory and vCPUs beside what its manifest gives, and the keys that would fit it.
struct SizingAdvice: Encodable {
    struct Line: Encodable {
        let key: String
        let used: UInt64
        let given: UInt64
        /// As it would stand in the manifest; the given value where that fits.
        let fitting: String
    }

    let lines: [Line]

    init(_ report: ExitReport, _ configuration: EnclaveConfiguration, vcpusUsed: Int) {
        lines = [
            Self.memory("memory", report.peakUserPages * 4096, configuration.userMemory, least: 16 << 20),
            Self.memory("kernel_memory", report.peakKernelBytes, configuration.kernelMemory, least: 8 << 20),
            Line(key: "threads", used: UInt64(vcpusUsed), given: UInt64(configuration.vcpus), fitting: "\(max(vcpusUsed, 1))"),
        ]
    }

    /// A quarter more than was used, in whole steps, and no less than a manifest may say: the next run is never exactly like this one.
    private static func memory(_ key: String, _ used: UInt64, _ given: UInt64, least: UInt64) -> Line {
        let step: UInt64 = 4 << 20
        let wanted = (used + used / 4 + step - 1) / step * step
        return Line(key: key, used: used, given: given, fitting: "\"\(max(wanted, least) >> 20)M\"")
    }

    var text: String {
        let rows = lines.map { line in
            let isSize = line.key != "threads"
            func shown(_ value: UInt64) -> String { isSize ? "\((value + 0xfffff) >> 20) MiB" : "\(value)" }
            return [line.key, shown(line.used), shown(line.given), "\(line.key) = \(line.fitting)"]
        }
        return TextTable(["manifest key", "used at most", "given", "this run fits in"], rows).text
    }
}
