/// One table of a policy file, read key by key; a wrong value names its key and line.
struct PolicyTable {
    let path: String
    let values: [String: PolicyValue]
    /// In which line a key stands, by its path; the libraries that read the languages keep no positions.
    let line: (String) -> Int?

    func requireKnown(_ known: [String]) throws(PolicyError) {
        for key in values.keys.sorted() where !known.contains(key) {
            throw .unknownKey(name(key), line: line(name(key)), known: known)
        }
    }

    func table(_ key: String) throws(PolicyError) -> PolicyTable? {
        guard let value = values[key] else { return nil }
        guard case .table(let inner) = value else { throw bad(key, "a table") }
        return PolicyTable(path: name(key), values: inner, line: line)
    }

    func bool(_ key: String) throws(PolicyError) -> Bool? {
        guard let value = values[key] else { return nil }
        guard case .bool(let bool) = value else { throw bad(key, "true or false") }
        return bool
    }

    func integer(_ key: String, _ range: ClosedRange<Int>) throws(PolicyError) -> Int? {
        guard let value = values[key] else { return nil }
        guard case .integer(let number) = value, range.contains(number) else {
            let wanted =
                range.count == 1 ? "\(range.lowerBound)" : "a number from \(range.lowerBound) to \(range.upperBound)"
            throw bad(key, wanted)
        }
        return number
    }

    /// A string, or a list of strings.
    func strings(_ key: String) throws(PolicyError) -> [String]? {
        guard let value = values[key] else { return nil }
        if case .string(let text) = value { return [text] }
        guard case .list(let list) = value else { throw bad(key, "a string or a list of strings") }
        var texts: [String] = []
        for element in list {
            guard case .string(let text) = element else { throw bad(key, "a list of strings") }
            texts.append(text)
        }
        return texts
    }

    /// One or more values of exactly `count` bytes in hexadecimal; none when the key is absent.
    func digests(_ key: String, count: Int = 32) throws(PolicyError) -> [[UInt8]] {
        guard let texts = try strings(key) else { return [] }
        guard !texts.isEmpty else { throw bad(key, "at least one value; an empty list would accept nothing") }
        var digests: [[UInt8]] = []
        for text in texts {
            guard let bytes = Hex.bytes(text), bytes.count == count else { throw bad(key, "\(count * 2) hexadecimal digits") }
            digests.append(bytes)
        }
        return digests
    }

    /// Values of up to 64 bytes in hexadecimal, each filled up with zeros as programs that bind a shorter hash do.
    func padded(_ key: String) throws(PolicyError) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for text in try strings(key) ?? [] {
            guard let bytes = Hex.bytes(text), (1...64).contains(bytes.count) else {
                throw bad(key, "1 to 64 bytes in hexadecimal")
            }
            result.append(bytes + [UInt8](repeating: 0, count: 64 - bytes.count))
        }
        return result
    }

    func reportData(_ key: String) throws(PolicyError) -> [UInt8]? {
        guard values[key] != nil else { return nil }
        let found = try padded(key)
        guard found.count == 1 else { throw bad(key, "1 to 64 bytes in hexadecimal") }
        return found[0]
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

    func choose(_ choice: VerificationSwitch, _ options: inout VerificationOptions) throws(PolicyError) {
        guard let value = values[choice.name] else { return }
        guard case .string(let text) = value, choice.choose(text, &options) else {
            throw bad(choice.name, "one of \(choice.names.joined(separator: ", "))")
        }
    }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func bad(_ key: String, _ expected: String) -> PolicyError {
        .badValue(key: name(key), line: line(name(key)), expected: expected)
    }
}
