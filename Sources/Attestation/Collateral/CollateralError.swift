/// Why a piece of collateral cannot be used.
public enum CollateralError: Error, Equatable, Sendable, CustomStringConvertible {
    case json(part: String, JSONError)
    case missing(part: String, field: String)
    case badValue(part: String, field: String, value: String)
    case unsupported(part: String, field: String, value: String)

    public var description: String {
        switch self {
        case .json(let part, let error): "\(part) is not strict JSON: \(error)"
        case .missing(let part, let field): "\(part) has no usable \(field)"
        case .badValue(let part, let field, let value): "\(part): \(field) is \(value)"
        case .unsupported(let part, let field, let value): "\(part): \(field) \(value) is not supported"
        }
    }
}
