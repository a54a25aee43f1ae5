/// Why nothing was built: what failed on what, why, and what would mend it, each without a full stop.
public struct BuildError: Error, Equatable, Sendable, CustomStringConvertible {
    public var what: String
    public var why: String
    public var remedy: String

    public init(_ what: String, why: String, remedy: String) {
        self.what = what
        self.why = why
        self.remedy = remedy
    }

    public var description: String { "\(what): \(why): \(remedy)" }
}
