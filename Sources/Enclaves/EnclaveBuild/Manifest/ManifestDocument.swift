import TOMLKit

/// A manifest's text with every key known to the schema and every value of its kind; errors name line and column.
struct ManifestDocument {
    private let file: String
    private let table: TOMLTable
    private let locations: TOMLLocations

    init(_ text: String, file: String) throws(BuildError) {
        self.file = file
        do { table = try TOMLTable(string: text) } catch {
            let parse = error as? TOMLParseError
            let place = parse.map { ":\($0.source.begin.line):\($0.source.begin.column)" } ?? ""
            throw BuildError(
                file + place, why: parse?.description ?? "is not TOML", remedy: "mend the syntax, see https://toml.io/en/v1.0.0")
        }
        locations = TOMLLocations(of: text)
        try check(table, at: [], against: ManifestSchema.keys.map { ($0.components, $0) })
    }

    /// The value at a path; what the schema says about it holds.
    func value(_ path: String...) -> (any TOMLValueConvertible)? { value(path) }

    func value(_ path: [String]) -> (any TOMLValueConvertible)? {
        var value: (any TOMLValueConvertible)? = table
        for component in path {
            if let number = Int(component), let array = value?.array {
                value = number < array.count ? array[number] : nil
            } else {
                value = value?.table?[component]
            }
        }
        return value
    }

    func names(_ path: String) -> [String] { (value(path)?.table?.keys ?? []).sorted() }

    func error(_ path: [String], _ why: String, _ remedy: String) -> BuildError {
        var known = path
        while !known.isEmpty, locations.places[known] == nil { known.removeLast() }
        let place = locations.places[known].map { ":\($0.line):\($0.column)" } ?? ""
        return BuildError("\(file)\(place): \(path.joined(separator: "."))", why: why, remedy: remedy)
    }

    private typealias Known = [(path: [String], key: ManifestKey)]

    private func check(_ table: TOMLTable, at path: [String], against known: Known) throws(BuildError) {
        for name in table.keys.sorted() {
            guard let value = table[name] else { continue }
            let here = path + [name]
            let below = known.filter { $0.path.first == name || $0.path.first == "*" }
            guard !below.isEmpty else {
                let near = Self.nearest(name, known.compactMap(\.path.first))
                throw error(
                    here, "unknown key", near.map { "did you mean \"\($0)\"?" } ?? "see the manifest reference for the keys")
            }
            let rest: Known = below.map { (Array($0.path.dropFirst()), $0.key) }
            if let leaf = rest.first(where: { $0.path.isEmpty }) {
                guard ManifestValue.fits(value, leaf.key.kind) else {
                    throw error(here, "not a value it can have", "give \(leaf.key.kind.words)")
                }
            } else {
                try checkSection(value, at: here, against: rest)
            }
        }
    }

    private func checkSection(
        _ value: any TOMLValueConvertible, at path: [String], against known: Known
    ) throws(BuildError) {
        if known[0].key.path.contains("[]") {
            guard let array = value.array else { throw error(path, "wrong type", "write [[\(path.joined(separator: "."))]]") }
            for number in 0..<array.count {
                guard let table = array[number].table else { throw error(path, "wrong type", "give tables") }
                try check(table, at: path + [String(number)], against: known)
            }
        } else {
            guard let table = value.table else { throw error(path, "wrong type", "give a table") }
            try check(table, at: path, against: known)
        }
    }

    /// A known name at most two letters away.
    private static func nearest(_ name: String, _ known: [String]) -> String? {
        known.map { ($0, distance(Array(name), Array($0))) }.filter { $0.1 <= 2 }.min { $0.1 < $1.1 }?.0
    }

    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let cost = left == right ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
