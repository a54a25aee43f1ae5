import Glibc
import Synchronization

/// All verdicts of a run, printed as a table when the tests end.
final class Verdicts: Sendable {
    static let shared = Verdicts()

    private struct Row {
        let sentence: String
        var words: [Runtime.Name: String] = [:]
    }

    private struct Table {
        var rows: [Row] = []
        var notes: [String] = []
    }

    private let table = Mutex(Table())

    private init() {
        atexit { Verdicts.shared.print() }
    }

    func record(_ sentence: String, _ runtime: Runtime.Name, _ verdict: Verdict, _ reason: String?) {
        table.withLock { table in
            if !table.rows.contains(where: { $0.sentence == sentence }) { table.rows.append(Row(sentence: sentence)) }
            guard let row = table.rows.firstIndex(where: { $0.sentence == sentence }) else { return }
            switch verdict {
            case .met: table.rows[row].words[runtime] = reason == nil ? "yes" : "yes*"
            case .unavailable(let why):
                table.rows[row].words[runtime] = "-"
                table.notes.append("-  \(sentence): \(why)")
            case .unmet(let why):
                table.rows[row].words[runtime] = "NO"
                table.notes.append("NO \(runtime): \(sentence): \(reason ?? why)")
            }
        }
    }

    /// `*`: listed as different, and yet it did the same.
    private func print() {
        let table = table.withLock { $0 }
        guard let width = table.rows.map(\.sentence.count).max() else { return }
        func line(_ sentence: String, _ words: [String]) -> String {
            let room = String(repeating: " ", count: max(0, width - sentence.count))
            return sentence + room + words.map { "  " + $0 + String(repeating: " ", count: max(0, 4 - $0.count)) }.joined() + "\n"
        }
        var text = "\n" + line("", Runtime.Name.allCases.map(\.rawValue))
        for row in table.rows { text += line(row.sentence, Runtime.Name.allCases.map { row.words[$0] ?? "" }) }
        for name in Runtime.Name.allCases {
            let words = table.rows.compactMap { $0.words[name] }
            if !words.isEmpty { text += "\(name): \(words.count { $0.hasPrefix("yes") }) of \(words.count)\n" }
        }
        text += table.notes.sorted().map { $0.replacing("\n", with: " ") + "\n" }.joined()
        text.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
    }
}
