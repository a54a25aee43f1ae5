/// Finds the line in which a policy file names a key.
enum PolicyLines {
    /// In TOML: as a key of its table, or as the header of the table itself.
    static func toml(_ text: String) -> (String) -> Int? {
        { path in
            var current = ""
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let words = line.filter { $0 != " " && $0 != "\t" && $0 != "\"" && $0 != "\r" }
                if words.hasPrefix("[") {
                    current = String(words.dropFirst().prefix { $0 != "]" })
                    if current == path { return index + 1 }
                } else if (current.isEmpty ? "" : current + ".") + words.prefix(while: { $0 != "=" }) == path {
                    return index + 1
                }
            }
            return nil
        }
    }

    /// In JSON: where the value of the member begins.
    static func json(_ bytes: [UInt8], _ root: JSONValue) -> (String) -> Int? {
        { path in
            var value: JSONValue? = root
            var offset: Int?
            for key in path.split(separator: ".") {
                guard let member = value?.member(String(key)) else { return nil }
                value = member.value
                offset = member.range.lowerBound
            }
            return offset.map { position(of: $0, in: bytes).line }
        }
    }

    static func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes.prefix(offset)
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (before.count { $0 == UInt8(ascii: "\n") } + 1, before.count - start + 1)
    }
}
