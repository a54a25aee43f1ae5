/// The environment of a process: of names that are given twice the last counts, as a shell would have it.
struct ProcessEnvironment {
    private(set) var entries: [String]

    init(_ given: [String]) {
        var names = Set<Substring>()
        entries = given.reversed().filter { names.insert(Self.name($0)).inserted }
        entries.reverse()
    }

    private static func name(_ entry: String) -> Substring { entry.prefix { $0 != "=" } }

    subscript(name: String) -> String? {
        get {
            entries.first { Self.name($0) == name }.map { String($0.dropFirst(name.count + 1)) }
        }
        set {
            entries.removeAll { Self.name($0) == name }
            if let newValue { entries.append("\(name)=\(newValue)") }
        }
    }

    subscript(name: String, default fallback: String) -> String { self[name] ?? fallback }
}
