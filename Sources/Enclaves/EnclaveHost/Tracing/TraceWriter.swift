import Glibc
import Synchronization
import Wire

/// Writes what an enclave tells of its threads, one line a call, as strace does: `[2] openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3`.
///
/// A call that waits is shown when it begins; when another line comes in between, it is `<unfinished ...>` and resumed later.
final class TraceWriter: Sendable {
    private let options: TraceOptions
    private struct State {
        /// When the first record was made.
        var start: UInt64?
        /// The thread whose line has no end yet, and how many arguments of it are written.
        var open: (thread: UInt32, arguments: Int)?
        /// Arguments already written of calls that were left unfinished.
        var unfinished: [UInt32: Int] = [:]
        var output: [UInt8] = []
    }
    private let state = Mutex(State())

    init(_ options: TraceOptions) { self.options = options }

    func serve(_ call: CallView) -> Int64 {
        var reader = ByteReader(call.bytes(call.length(0)))
        let lost = call.argument(1)
        return state.withLock { state in
            if lost > 0 { line("inclavare: the trace lost \(lost) records here", &state) }
            do throws(WireError) {
                while reader.remaining > 0 { add(try TraceRecord(from: &reader), &state) }
            } catch {
                return -Int64(EBADMSG)
            }
            flush(&state)
            return 0
        }
    }

    /// The last line: how the program ended.
    func finish(_ report: ExitReport) {
        state.withLock { state in
            guard state.start != nil else { return }
            line(
                report.signal == 0 ? "+++ exited with \(report.status) +++" : "+++ killed by \(SignalName.of(report.signal)) +++",
                &state)
            flush(&state)
        }
    }

    private func add(_ record: TraceRecord, _ state: inout State) {
        if state.start == nil { state.start = record.time }
        guard options.filter.shows(record) else { return }
        if record.kind == .signal {
            breakLine(&state)
            put(
                "\(prefix(record, state))--- \(SignalName.of(UInt32(truncatingIfNeeded: record.number))) {si_code=\(record.result)} ---\n",
                &state)
            return
        }
        let text = TraceCallText(record)
        if record.kind == .begun { begin(record, text, &state) } else { end(record, text, &state) }
    }

    private func begin(_ record: TraceRecord, _ text: TraceCallText, _ state: inout State) {
        breakLine(&state)
        let shown = text.knownArguments
        put(prefix(record, state) + text.name + "(" + text.arguments(0..<shown), &state)
        if text.neverReturns {
            put(") = ?\n", &state)
        } else {
            state.open = (record.thread, shown)
        }
    }

    private func end(_ record: TraceRecord, _ text: TraceCallText, _ state: inout State) {
        var shown = 0
        if let open = state.open, open.thread == record.thread {
            shown = open.arguments
            state.open = nil
        } else {
            breakLine(&state)
            put(prefix(record, state), &state)
            if let before = state.unfinished.removeValue(forKey: record.thread) {
                shown = before
                put("<... \(text.name) resumed>", &state)
            } else {
                put(text.name + "(", &state)
            }
        }
        put(text.arguments(min(shown, text.count)..<text.count) + ") = " + text.result + "\n", &state)
    }

    /// Another line comes while one is open.
    private func breakLine(_ state: inout State) {
        guard let open = state.open else { return }
        put(" <unfinished ...>\n", &state)
        state.unfinished[open.thread] = open.arguments
        state.open = nil
    }

    private func line(_ text: String, _ state: inout State) {
        breakLine(&state)
        put(text + "\n", &state)
    }

    private func prefix(_ record: TraceRecord, _ state: State) -> String {
        let thread = "[\(record.thread)] "
        guard options.times else { return thread }
        let microseconds = (record.time &- min(state.start ?? 0, record.time)) / 1000
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction) " + thread
    }

    private func put(_ text: String, _ state: inout State) { state.output += Array(text.utf8) }

    private func flush(_ state: inout State) {
        state.output.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(options.descriptor, bytes.baseAddress! + sent, bytes.count - sent)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                sent += count
            }
        }
        state.output.removeAll(keepingCapacity: true)
    }
}
