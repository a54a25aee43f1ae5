/// One key of the manifest: what may stand there and what it decides.
public struct ManifestKey: Sendable {
    public enum Kind: Sendable {
        case text
        case texts
        case number(ClosedRange<Int>)
        case size
        case flag
        case date
        case choice([String])
        /// "fixed", "any" or a list of patterns.
        case hostRule
        case user
        /// A string, `{ allow = [...], default = "..." }` or `{ any = true }`.
        case variable
        /// An integer, "unlimited" or `{ soft = ..., hard = ... }`.
        case limit
    }

    /// Dotted; `*` stands for names the author chooses, `[]` for every table of an array.
    public let path: String
    public let kind: Kind
    /// As it would be written; empty: the key must be given.
    public let standard: String
    public let meaning: String
    /// What the key does to those who are to trust the enclave.
    public let security: String

    init(_ path: String, _ kind: Kind, standard: String, _ meaning: String, security: String) {
        self.path = path
        self.kind = kind
        self.standard = standard
        self.meaning = meaning
        self.security = security
    }

    public var components: [String] { path.replacing("[]", with: "").split(separator: ".").map(String.init) }
}

extension ManifestKey.Kind {
    /// What the reference and the errors call a value of this kind.
    public var words: String {
        switch self {
        case .text: "a string"
        case .texts: "an array of strings"
        case .number(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .size: "a size: an integer of bytes or a string such as \"512M\" (K, M, G, T)"
        case .flag: "true or false"
        case .date: "a date \"YYYY-MM-DD\" or seconds since 1970"
        case .choice(let choices): "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
        case .hostRule: "\"fixed\", \"any\" or an array of patterns"
        case .user: "a string \"UID:GID\" or an integer UID"
        case .variable: "a string, { allow = [patterns], default = \"value\" } or { any = true }"
        case .limit: "an integer, \"unlimited\" or { soft = N, hard = N }"
        }
    }
}
