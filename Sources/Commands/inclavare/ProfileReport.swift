import EnclaveHost
import Foundation
import Wire

/// What a profiled run made of its time, for `inclavare profile`.
struct ProfileReport: Encodable {
    struct Call: Encodable {
        let name: String
        let support: String
        let count: UInt64
        let errors: UInt64
        /// From entry to return, and the part of it in which the thread had no vCPU.
        let nanoseconds: UInt64
        let waitedNanoseconds: UInt64
        let exits: UInt64
        let exitlessCalls: UInt64
    }

    /// By time that was not spent waiting, the most first.
    let calls: [Call]
    let run: RunReport

    init(_ report: ExitReport, _ enclave: LoadedEnclave) {
        calls = report.calls.map(Self.call).sorted { $0.busy > $1.busy }
        run = RunReport(report, enclave)
    }

    private static func call(_ statistics: CallStatistics) -> Call {
        let row = SystemCall.numbered(UInt64(statistics.number))
        return Call(
            name: row.map { "\($0.name)" } ?? "call_\(statistics.number)", support: row?.support.kind ?? "refused",
            count: statistics.count, errors: statistics.errors, nanoseconds: statistics.nanoseconds,
            waitedNanoseconds: statistics.waited, exits: statistics.hostCalls,
            exitlessCalls: statistics.exitlessCalls)
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    var text: String { callTable + "\n" + exitTable + "\n" + exitlessTable + totals + "\n" + run.advice.text }

    private var callTable: String {
        let header = ["call", "count", "errors", "busy ms", "ns a call", "waited ms", "exits", "exitless", "support"]
        return TextTable(header, calls.map(\.cells)).text
    }

    /// Calls of the host that needed no exit; empty where there were none.
    private var exitlessTable: String {
        guard !run.exitlessCalls.isEmpty else { return "" }
        return TextTable(["without an exit", "count"], Self.rows(run.exitlessCalls)).text + "\n"
    }

    private static func rows(_ calls: [String: UInt64]) -> [[String]] {
        calls.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { [$0.key, "\($0.value)"] }
    }

    /// Exits with EEXIT by what was asked for, and those that were not asked for.
    private var exitTable: String {
        let asynchronous = [["interruption (AEX)", "\(run.interruptions)"], ["exception (AEX)", "\(run.exceptions)"]]
        return TextTable(["exit", "count"], Self.rows(run.hostCalls) + asynchronous).text
    }

    private var totals: String {
        let lines = [
            (
                "calls",
                "\(run.rewrittenCalls) through rewritten sites, \(run.trappedCalls) trapped, \(run.unknownCalls) of them not there"
            ),
            ("verified", "\(run.fileBytesVerified >> 10) KiB of files, \(run.indexBytesVerified >> 10) KiB of index"),
            ("threads", "\(run.threadsStarted) started, \(run.peakThreads) at one time, \(run.contextSwitches) switches"),
        ]
        return lines.map { $0.0.padding(toLength: 10, withPad: " ", startingAt: 0) + $0.1 + "\n" }.joined()
    }
}

extension ProfileReport.Call {
    var busy: UInt64 { nanoseconds - min(waitedNanoseconds, nanoseconds) }

    var cells: [String] {
        [
            name, "\(count)", errors == 0 ? "" : "\(errors)", String(format: "%.3f", Double(busy) / 1e6),
            "\(count == 0 ? 0 : busy / count)", String(format: "%.3f", Double(waitedNanoseconds) / 1e6),
            exits == 0 ? "" : "\(exits)", exitlessCalls == 0 ? "" : "\(exitlessCalls)",
            support == "complete" ? "" : support,
        ]
    }
}

extension SystemCallSupport {
    /// In one word.
    var kind: String {
        switch self {
        case .complete: "complete"
        case .partial: "partial"
        case .refused: "refused"
        }
    }
}
