/// How the enclave waits for the answer to one call in a slot: told what stands in the word, it says what to do next.
///
/// It believes one word only, the number of this call with `answered`. The host can make it wait, and no more.
public struct SlotWait: Sendable {
    public enum Step: Equatable, Sendable {
        /// Look again at once.
        case look
        /// Exchange `published` for `free`, and tell `withdrew` whether that was done.
        case withdraw
        /// It is being served and takes long: leave the processor to others, so many nanoseconds at most, and look again.
        case rest(UInt64)
        /// Result and data can be copied.
        case answered
        /// Make the call with an exit.
        case exit
        /// The host broke the rules: the call failed, and what became of it nobody knows.
        case broken
    }

    /// Looks at a call that nobody took, at most, whatever the host says of itself: some tens of milliseconds.
    public static let mostUnclaimed: UInt64 = 1 << 20
    /// Looks at one that is being served, before each rest.
    public static let mostClaimed: UInt64 = 4096
    private static let longestRest: UInt64 = 1_000_000

    public let published: SlotWord
    private let patience: UInt64
    private var looks: UInt64 = 0
    private var isClaimed = false
    private var nextRest: UInt64 = 1

    /// `patience`: after how many looks a call that nobody took is taken back.
    public init(number: UInt64, patience: UInt64) {
        published = SlotWord(number, .published)
        self.patience = min(patience, Self.mostUnclaimed)
    }

    /// What stands in the word; `attended`: whether the host says that somebody looks at slots.
    public mutating func look(at word: SlotWord, attended: Bool) -> Step {
        guard word.number == published.number else { return .broken }
        switch word.phase {
        case .published where !isClaimed:
            looks += 1
            return looks < patience && attended ? .look : .withdraw
        case .claimed: return served()
        case .answered: return .answered
        case .declined: return .exit
        default: return .broken
        }
    }

    /// The call was taken back, or was no longer to be had because the host is faster: then the next look tells.
    public mutating func withdrew(_ done: Bool) -> Step { done ? .exit : .look }

    private mutating func served() -> Step {
        if !isClaimed {
            isClaimed = true
            looks = 0
        }
        looks += 1
        guard looks >= Self.mostClaimed else { return .look }
        looks = 0
        defer { nextRest = min(nextRest &* 8, Self.longestRest) }
        return .rest(nextRest)
    }
}
