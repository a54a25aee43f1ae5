/// The environment of a process: of names that are given twice the last counts, as a shell would have it.
struct ProcessEnvironment {
    private(set) var entries: [String]

    init(_ given: [String]) {
        var names = Set<String>()
        entries = given.reversed().filter { names.insert(Self.name($0)).inserted }
        entries.reverse()
    }

    private static func name(_ entry: String) -> String { String(Substring(entry.utf8.prefix { $0 != UInt8(ascii: "=") })) }

    subscript(name: String) -> String? {
        get {
            entries.first { Self.name($0) == name }.map { String(Substring($0.utf8.dropFirst(name.utf8.count + 1))) }
        }
        set {
            entries.removeAll { Self.name($0) == name }
            if let newValue { entries.append("\(name)=\(newValue)") }
        }
    }

    subscript(name: String, default fallback: String) -> String { self[name] ?? fallback }
}
