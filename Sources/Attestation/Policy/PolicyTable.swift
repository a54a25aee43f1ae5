import TOMLKit

/// One table of a policy file, read key by key; a wrong value names its key and line.
struct PolicyTable {
    let path: String
    let table: TOMLTable
    /// The whole file: the TOML library keeps no positions of keys, so a line is looked up in the text.
    let text: String

    func allow(_ known: [String]) throws(PolicyError) {
        for key in table.keys.sorted() where !known.contains(key) {
            throw .unknownKey(name(key), line: line(key), known: known)
        }
    }

    func table(_ key: String) throws(PolicyError) -> PolicyTable? {
        guard let value = table[key] else { return nil }
        guard value.type == .table, let inner = value.table else { throw bad(key, "a table") }
        return PolicyTable(path: name(key), table: inner, text: text)
    }

    func bool(_ key: String) throws(PolicyError) -> Bool? {
        guard let value = table[key] else { return nil }
        guard value.type == .bool, let bool = value.bool else { throw bad(key, "true or false") }
        return bool
    }

    func integer(_ key: String, _ range: ClosedRange<Int>) throws(PolicyError) -> Int? {
        guard let value = table[key] else { return nil }
        guard value.type == .int, let number = value.int, range.contains(number) else {
            let wanted =
                range.count == 1 ? "\(range.lowerBound)" : "a number from \(range.lowerBound) to \(range.upperBound)"
            throw bad(key, wanted)
        }
        return number
    }

    /// A string, or a list of strings.
    func strings(_ key: String) throws(PolicyError) -> [String]? {
        guard let value = table[key] else { return nil }
        if value.type == .string, let text = value.string { return [text] }
        guard value.type == .array, let array = value.array else { throw bad(key, "a string or a list of strings") }
        var texts: [String] = []
        for element in array {
            guard element.type == .string, let text = element.string else { throw bad(key, "a list of strings") }
            texts.append(text)
        }
        return texts
    }

    /// One or more values of 32 bytes in hexadecimal.
    func digests(_ key: String) throws(PolicyError) -> [[UInt8]] {
        var digests: [[UInt8]] = []
        for text in try strings(key) ?? [] {
            guard let bytes = Hex.bytes(text), bytes.count == 32 else { throw bad(key, "64 hexadecimal digits") }
            digests.append(bytes)
        }
        return digests
    }

    /// Up to 64 bytes in hexadecimal, filled up with zeros as programs that bind a shorter hash do.
    func reportData(_ key: String) throws(PolicyError) -> [UInt8]? {
        guard let texts = try strings(key) else { return nil }
        guard texts.count == 1, let bytes = Hex.bytes(texts[0]), (1...64).contains(bytes.count) else {
            throw bad(key, "1 to 64 bytes in hexadecimal")
        }
        return bytes + [UInt8](repeating: 0, count: 64 - bytes.count)
    }

    func statuses(_ key: String) throws(PolicyError) -> Set<TCBStatus>? {
        guard let texts = try strings(key) else { return nil }
        var statuses: Set<TCBStatus> = []
        for text in texts {
            guard let status = TCBStatus(rawValue: text), status != .revoked else {
                let known = TCBStatus.allCases.filter { $0 != .revoked }.map(\.rawValue).joined(separator: ", ")
                throw bad(key, "a list of statuses among \(known)")
            }
            statuses.insert(status)
        }
        return statuses
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func bad(_ key: String, _ expected: String) -> PolicyError {
        .badValue(key: name(key), line: line(key), expected: expected)
    }

    /// The line where this table names `key`, as a key or as the header of a table.
    private func line(_ key: String) -> Int? {
        var current = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.filter { $0 != " " && $0 != "\t" && $0 != "\"" && $0 != "\r" }
            if words.hasPrefix("[") {
                current = String(words.dropFirst().prefix { $0 != "]" })
                if current == name(key) { return index + 1 }
            } else if (current.isEmpty ? "" : current + ".") + words.prefix(while: { $0 != "=" }) == name(key) {
                return index + 1
            }
        }
        return nil
    }
}
