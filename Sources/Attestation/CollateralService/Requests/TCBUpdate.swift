/// Which of the sets of TCB data that are valid at once is asked for.
///
/// The standard set lags behind the early one, so that platforms can be updated before they count as out of date; a number names one
/// set for as long as the service keeps it.
public enum TCBUpdate: Hashable, Sendable {
    case standard
    case early
    case evaluationNumber(Int)

    /// Reads `standard`, `early` or a number; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "standard": self = .standard
        case "early": self = .early
        default:
            guard let number = Int(text), (1...65_535).contains(number), String(number) == text else { return nil }
            self = .evaluationNumber(number)
        }
    }

    public var name: String {
        switch self {
        case .standard: "standard"
        case .early: "early"
        case .evaluationNumber(let number): String(number)
        }
    }

    /// The query parameter that asks for it; the standard set needs none.
    var parameters: [(name: String, value: String)] {
        switch self {
        case .standard: []
        case .early: [("update", "early")]
        case .evaluationNumber(let number): [("tcbEvaluationDataNumber", String(number))]
        }
    }
}
