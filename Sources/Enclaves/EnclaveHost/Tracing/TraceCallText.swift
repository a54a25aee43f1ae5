import CLinux
import Glibc
import Wire

/// One record of a trace in words: name, arguments and result of a system call.
struct TraceCallText {
    private let record: TraceRecord
    private let row: SystemCall?

    init(_ record: TraceRecord) {
        self.record = record
        row = SystemCall.numbered(record.number)
    }

    var name: String { row.map { "\($0.name)" } ?? "call_\(record.number)" }

    /// Arguments that are shown; where the enclave keeps them to itself, an ellipsis stands for them all.
    var count: Int {
        if isNameOnly { return 1 }
        let count = row?.argumentCount ?? 6
        return opensWhatIsThere ? count - 1 : count
    }

    /// open and openat without O_CREAT or O_TMPFILE, which have no mode.
    private var opensWhatIsThere: Bool {
        guard let place = [2: 1, 257: 2][record.number] else { return false }
        return record.values[place] & 0o20000100 == 0
    }

    private var isNameOnly: Bool { record.values.isEmpty }

    var neverReturns: Bool { [15, 60, 231].contains(record.number) }

    /// Arguments before the first that the call fills in.
    var knownArguments: Int {
        if isNameOnly { return 1 }
        return (0..<count).first { [.status, .peerAddress, .descriptorPair].contains(row?.argument($0) ?? .word) } ?? count
    }

    /// Those of the range, with the comma that stands before each but the first of all.
    func arguments(_ range: Range<Int>) -> String {
        range.map { ($0 == 0 ? "" : ", ") + argument($0) }.joined()
    }

    private func argument(_ index: Int) -> String {
        if isNameOnly { return "..." }
        let kind = row?.argument(index) ?? .word
        let value = record.values[index]
        if let text = record.texts.first(where: { Int($0.argument) == index }) {
            return PointedText.describe(kind, text.bytes) ?? hexadecimal(value)
        }
        return kind.describe(value, hint: hint(index))
    }

    /// The argument that another one is understood by: the level of a socket option.
    private func hint(_ index: Int) -> UInt64 { index > 0 ? record.values[index - 1] : 0 }

    var result: String {
        let value = record.result
        if value < 0, value > -4096 {
            guard let name = cl_error_name(Int32(-value)) else { return "-1 (error \(-value))" }
            return "-1 \(String(cString: name)) (\(String(cString: strerror(Int32(-value)))))"
        }
        let isAddress = [9, 12, 25, 30].contains(record.number)
        return isAddress ? hexadecimal(UInt64(bitPattern: value)) : "\(value)"
    }
}

/// Names of signals as `kill -l` has them, with SIG before them.
enum SignalName {
    static func of(_ signal: UInt32) -> String {
        if signal >= 34, signal <= 64 { return "SIGRT_\(signal - 32)" }
        guard let name = cl_signal_name(Int32(truncatingIfNeeded: signal)) else { return "signal \(signal)" }
        return "SIG\(String(cString: name))"
    }
}

func hexadecimal(_ value: UInt64) -> String { value == 0 ? "NULL" : "0x" + String(value, radix: 16) }
