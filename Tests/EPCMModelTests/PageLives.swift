import Synchronization

/// How often a page went through each station of its life.
///
/// In each life it is accepted once at most, then trimmed, that accepted, and removed: a step that two threads both believe they did
/// shows.
final class PageLives: Sendable {
    let accepted = Atomic<Int>(0)
    let trimmed = Atomic<Int>(0)
    let trimAccepted = Atomic<Int>(0)
    let removed = Atomic<Int>(0)

    /// Nil when the counts are possible.
    var fault: String? {
        let counts = [
            accepted.load(ordering: .relaxed), trimmed.load(ordering: .relaxed), trimAccepted.load(ordering: .relaxed),
            removed.load(ordering: .relaxed),
        ]
        let falls = zip(counts, counts.dropFirst()).allSatisfy { $0 >= $1 }
        return falls && counts[0] - counts[3] <= 1 ? nil : "accepted, trimmed, trim accepted, removed: \(counts)"
    }
}
