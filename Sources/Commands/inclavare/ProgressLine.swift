import Glibc
import Synchronization

/// A line on a terminal that counts files, redrawn ten times a second at most; nothing elsewhere.
final class ProgressLine: Sendable {
    private let isTerminal = isatty(2) == 1
    private let start = ContinuousClock.now
    private let last = Atomic<Int>(-1)

    func show(_ done: Int, of all: Int) {
        guard isTerminal else { return }
        let tenth = Int((ContinuousClock.now - start) / Duration.milliseconds(100))
        let before = last.load(ordering: .relaxed)
        guard tenth > before, last.compareExchange(expected: before, desired: tenth, ordering: .relaxed).exchanged else { return }
        StandardError.raw("\r\u{1b}[Kindexing \(done) of \(all) files")
    }

    func finish() {
        if isTerminal { StandardError.raw("\r\u{1b}[K") }
    }
}
