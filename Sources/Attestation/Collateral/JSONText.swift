/// Writes JSON for people and tools: keys in the order given, strings escaped as the standard demands.
public enum JSONText {
    public static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ": result += "\\u00" + Hex.text([UInt8(truncatingIfNeeded: scalar.value)])
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// An object of members whose values are JSON texts already.
    public static func object(_ members: [(key: String, json: String)]) -> String {
        "{" + members.map { "\(string($0.key)):\($0.json)" }.joined(separator: ",") + "}"
    }

    public static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }
}
