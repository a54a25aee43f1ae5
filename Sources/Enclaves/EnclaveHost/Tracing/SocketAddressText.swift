/// A socket address in words: `{AF_INET, 127.0.0.1:80}`.
enum SocketAddressText {
    static func describe(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 2 else { return nil }
        let family = UInt64(bytes[0]) | UInt64(bytes[1]) << 8
        let name = NamedNumber.domains[family] ?? "\(family)"
        switch family {
        case 1: return "{\(name), \(unixName(Array(bytes.dropFirst(2))))}"
        case 2 where bytes.count >= 8:
            return "{\(name), \(bytes[4...7].map { "\($0)" }.joined(separator: ".")):\(port(bytes))}"
        case 10 where bytes.count >= 24: return "{\(name), [\(groups(bytes))]:\(port(bytes))}"
        default: return "{\(name)}"
        }
    }

    private static func port(_ bytes: [UInt8]) -> Int { Int(bytes[2]) << 8 | Int(bytes[3]) }

    private static func groups(_ bytes: [UInt8]) -> String {
        let groups = (0..<8).map { Int(bytes[8 + $0 * 2]) << 8 | Int(bytes[9 + $0 * 2]) }
        if groups.allSatisfy({ $0 == 0 }) { return "::" }
        if groups.dropLast().allSatisfy({ $0 == 0 }) { return "::" + String(groups[7], radix: 16) }
        return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// A path ends at its NUL; a name that begins with one is abstract.
    private static func unixName(_ bytes: [UInt8]) -> String {
        guard let first = bytes.first else { return "unnamed" }
        if first == 0 { return "@" + PointedText.quoted(Array(bytes.dropFirst())) }
        return PointedText.quoted(Array(bytes.prefix { $0 != 0 }))
    }
}
