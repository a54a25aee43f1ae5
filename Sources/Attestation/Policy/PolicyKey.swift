/// One key of a policy file: where it stands, what it takes, what it means.
public struct PolicyKey: Sendable {
    /// `table.key`, or the key alone at the top.
    public let path: String
    /// What its value is, in words.
    public let kind: String
    /// What holds without it.
    public let standard: String
    public let meaning: String

    init(_ path: String, _ kind: String, standard: String, _ meaning: String) {
        self.path = path
        self.kind = kind
        self.standard = standard
        self.meaning = meaning
    }

    var table: String { path.contains(".") ? String(path.prefix { $0 != "." }) : "" }
    var name: String { String(path.dropFirst(table.isEmpty ? 0 : table.count + 1)) }
}
