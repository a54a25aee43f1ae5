/// Why a policy file is not a policy.
public enum PolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    case syntax(String, line: Int, column: Int)
    case unknownKey(String, line: Int?, known: [String])
    case badValue(key: String, line: Int?, expected: String)
    case missing(key: String)
    case noIdentity

    public var description: String {
        switch self {
        case .syntax(let why, let line, let column): "line \(line), column \(column): not \(why)"
        case .unknownKey(let key, let line, let known):
            "\(Self.place(line))unknown key \"\(key)\"; known here: \(known.sorted().joined(separator: ", "))"
        case .badValue(let key, let line, let expected): "\(Self.place(line))\"\(key)\" must be \(expected)"
        case .missing(let key): "\"\(key)\" is missing"
        case .noIdentity: "no expected identity: name [enclave] mrenclave, or mrsigner together with product_id"
        }
    }

    private static func place(_ line: Int?) -> String { line.map { "line \($0): " } ?? "" }
}
