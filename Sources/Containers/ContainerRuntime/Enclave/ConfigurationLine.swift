/// One line of the administrator's file, a strict part of TOML: a comment, `[runtimes.NAME]`, or a key with a string, `true`, `false` or a
/// list of strings.
enum ConfigurationLine: Equatable {
    case nothing
    case runtime(String)
    case setting(key: String, ConfigurationValue)

    init(_ line: Substring) throws(RuntimeError) {
        let line = line.trimmed
        if line.isEmpty || line.hasPrefix("#") {
            self = .nothing
        } else if line.hasPrefix("[") {
            self = .runtime(try Self.runtime(line))
        } else {
            guard let equals = line.firstIndex(of: "=") else { throw RuntimeError("\"key = value\" is expected") }
            let key = String(line[..<equals].trimmed)
            var rest = line[line.index(after: equals)...].trimmed
            let value: ConfigurationValue
            do throws(RuntimeError) {
                value = try ConfigurationValue(taking: &rest)
                rest = rest.trimmed
                guard rest.isEmpty || rest.hasPrefix("#") else { throw RuntimeError("\"\(rest)\" after the value") }
            } catch {
                throw RuntimeError("\(key): \(error)")
            }
            self = .setting(key: key, value)
        }
    }

    private static func runtime(_ line: Substring) throws(RuntimeError) -> String {
        let inner = line.prefix { $0 != "#" }.trimmed
        guard inner.hasPrefix("[runtimes."), inner.hasSuffix("]") else { throw RuntimeError("only [runtimes.NAME] is known") }
        let name = inner.dropFirst(10).dropLast()
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard !name.isEmpty, isPlain else { throw RuntimeError("\"\(name)\" is not a name") }
        return String(name)
    }
}

/// A value of the administrator's file, as far as it knows any.
enum ConfigurationValue: Equatable {
    case text(String)
    case flag(Bool)
    case list([String])

    /// Takes the value off the front of `text`.
    init(taking text: inout Substring) throws(RuntimeError) {
        for (word, flag) in [("true", true), ("false", false)] where text.hasPrefix(word) {
            text = text.dropFirst(word.count)
            self = .flag(flag)
            return
        }
        if text.hasPrefix("[") {
            self = .list(try Self.list(&text))
        } else {
            self = .text(try Self.string(&text))
        }
    }

    /// A basic string without escapes.
    private static func string(_ text: inout Substring) throws(RuntimeError) -> String {
        guard text.hasPrefix("\""), let end = text.dropFirst().firstIndex(of: "\"") else {
            throw RuntimeError("a string in quotes is expected")
        }
        let value = text[text.index(after: text.startIndex)..<end]
        text = text[text.index(after: end)...]
        guard !value.contains("\\"), !value.isEmpty else { throw RuntimeError("escapes and empty strings are not supported") }
        return String(value)
    }

    private static func list(_ text: inout Substring) throws(RuntimeError) -> [String] {
        var values: [String] = []
        text = text.dropFirst().trimmed
        while !text.hasPrefix("]") {
            values.append(try string(&text))
            text = text.trimmed
            if text.hasPrefix(",") {
                text = text.dropFirst().trimmed
            } else if !text.hasPrefix("]") {
                throw RuntimeError("\",\" or \"]\" is expected, on the same line")
            }
        }
        text = text.dropFirst()
        return values
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text.drop { $0.isWhitespace }
    }
}
