/// The four tiers into which AR4SI sorts its claims, best first.
public enum TrustTier: String, Comparable, Sendable {
    case none
    case affirming
    case warning
    case contraindicated

    /// The tier of a claim's value: 0 and ±1 say nothing, then up to 31, up to 95, and the rest; negative ones down to −32, −96.
    public init(_ value: Int8) {
        switch value {
        case -1...1: self = .none
        case 2...31, -32 ... -2: self = .affirming
        case 32...95, -96 ... -33: self = .warning
        default: self = .contraindicated
        }
    }

    public static func < (left: TrustTier, right: TrustTier) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .affirming: 1
        case .warning: 2
        case .contraindicated: 3
        }
    }
}
