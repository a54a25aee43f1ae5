import Glibc
import Linux

/// `/etc/inclavare/config.toml`: which enclave runtimes this machine has, as its administrator wrote it.
///
/// A strict part of TOML: comments, `[runtimes.NAME]`, `key = "string"`. Unknown tables and keys are errors, since a typing error
/// would otherwise choose another enclave.
struct EnclaveConfigurationFile: Equatable {
    static let path = "/etc/inclavare/config.toml"

    /// The socket of the quoting service.
    var quotingSocket = "/run/inclavare/quoted.sock"
    /// The runtime of containers that name none.
    var defaultRuntime = "libos"
    var runtimes = ["libos": Runtime()]

    struct Runtime: Equatable {
        /// A folder of the host; `nil`: `/.inclavare` of the container's root filesystem.
        var folder: String?
    }

    static func load() throws(RuntimeError) -> EnclaveConfigurationFile {
        let text: String
        do throws(SystemCallError) {
            text = try FileContents.text(path)
        } catch {
            if error.code == ENOENT { return EnclaveConfigurationFile() }
            throw RuntimeError("\(error)")
        }
        return try EnclaveConfigurationFile(parsing: text)
    }

    init() {}

    init(parsing text: String) throws(RuntimeError) {
        var table: String?
        var seen = Set<String>()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            do throws(RuntimeError) {
                try read(Self.trimmed(line), &table, &seen)
            } catch {
                throw RuntimeError("\(Self.path): line \(index + 1): \(error)")
            }
        }
        guard runtimes[defaultRuntime] != nil else {
            throw RuntimeError("\(Self.path): default_runtime: there is no [runtimes.\(defaultRuntime)]")
        }
    }

    private mutating func read(_ line: Substring, _ table: inout String?, _ seen: inout Set<String>) throws(RuntimeError) {
        if line.isEmpty || line.hasPrefix("#") { return }
        if line.hasPrefix("[") {
            let name = try Self.tableName(line)
            guard seen.insert("[\(name)]").inserted else { throw RuntimeError("[runtimes.\(name)] appears twice") }
            runtimes[name] = Runtime()
            table = name
            return
        }
        guard let equals = line.firstIndex(of: "=") else { throw RuntimeError("\"key = value\" is expected") }
        let key = String(Self.trimmed(line[..<equals]))
        let value = try Self.string(Self.trimmed(line[line.index(after: equals)...]), of: key)
        guard seen.insert("\(table ?? "") \(key)").inserted else { throw RuntimeError("\(key) appears twice") }
        try set(key, value, in: table)
    }

    private mutating func set(_ key: String, _ value: String, in table: String?) throws(RuntimeError) {
        switch (table, key) {
        case (nil, "quoting_socket"): quotingSocket = value
        case (nil, "default_runtime"): defaultRuntime = value
        case (.some(let name), "folder"):
            guard value.hasPrefix("/") else { throw RuntimeError("folder must be absolute, not \"\(value)\"") }
            runtimes[name] = Runtime(folder: value)
        default: throw RuntimeError("unknown key \"\(key)\"")
        }
    }

    private static func tableName(_ line: Substring) throws(RuntimeError) -> String {
        let head = line.prefix { $0 != "#" }
        let inner = trimmed(head)
        guard inner.hasPrefix("[runtimes."), inner.hasSuffix("]") else { throw RuntimeError("only [runtimes.NAME] is known") }
        let name = inner.dropFirst(10).dropLast()
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard !name.isEmpty, isPlain else { throw RuntimeError("\"\(name)\" is not a name") }
        return String(name)
    }

    /// A basic string without escapes, then nothing but a comment.
    private static func string(_ text: Substring, of key: String) throws(RuntimeError) -> String {
        guard text.hasPrefix("\""), let end = text.dropFirst().firstIndex(of: "\"") else {
            throw RuntimeError("\(key): a string in quotes is expected")
        }
        let rest = trimmed(text[text.index(after: end)...])
        guard rest.isEmpty || rest.hasPrefix("#") else { throw RuntimeError("\(key): \"\(rest)\" after the value") }
        let value = text[text.index(after: text.startIndex)..<end]
        guard !value.contains("\\"), !value.isEmpty else {
            throw RuntimeError("\(key): escapes and empty strings are not supported")
        }
        return String(value)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text.drop { $0.isWhitespace }
    }
}
