/// The word of a slot: how far the call with this number is.
///
/// The enclave numbers its calls of a vCPU from 1 on and never uses a number again. Who takes a step does so by comparing and exchanging
/// the whole word, so a step for another call than the one that stands there fails.
public struct SlotWord: Equatable, Sendable {
    public enum Phase: UInt64, CaseIterable, Sendable {
        /// No call, or one that the enclave took back.
        case free = 0
        /// The enclave asks.
        case published = 1
        /// The host serves it; it can no longer be taken back.
        case claimed = 2
        /// Result and data are there.
        case answered = 3
        /// The host would have to wait: the enclave is to leave for it. Nothing was done.
        case declined = 4
    }

    public static let mostCalls: UInt64 = .max >> 3

    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public init(_ number: UInt64, _ phase: Phase) { rawValue = number << 3 | phase.rawValue }

    public var number: UInt64 { rawValue >> 3 }

    /// `nil` for a word that neither side writes.
    public var phase: Phase? { Phase(rawValue: rawValue & 7) }

    /// The same call, in another phase.
    public func now(_ phase: Phase) -> SlotWord { SlotWord(number, phase) }
}
