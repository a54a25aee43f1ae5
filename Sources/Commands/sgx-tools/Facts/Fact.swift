import Attestation

/// A value with a name's worth of structure, for people as indented text and for programs as JSON.
indirect enum Fact {
    case text(String)
    case number(UInt64)
    case flag(Bool)
    /// Hexadecimal.
    case bytes([UInt8])
    case list([Fact])
    case members([(name: String, value: Fact)])

    var json: String {
        switch self {
        case .text(let text): JSONText.string(text)
        case .number(let number): String(number)
        case .flag(let flag): String(flag)
        case .bytes(let bytes): JSONText.string(Hex.text(bytes))
        case .list(let elements): JSONText.array(elements.map(\.json))
        case .members(let members): JSONText.object(members.map { ($0.name, $0.value.json) })
        }
    }

    /// One line a value, each ended; what is inside another stands two columns further in.
    func text(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        switch self {
        case .text(let text): return "\(margin)\(text)\n"
        case .number(let number): return "\(margin)\(number)\n"
        case .flag(let flag): return "\(margin)\(flag ? "yes" : "no")\n"
        case .bytes(let bytes): return "\(margin)\(bytes.isEmpty ? "-" : Hex.text(bytes))\n"
        case .list(let elements):
            return elements.enumerated().map { "\(margin)\($0.offset + 1)\n\($0.element.text(indent: indent + 2))" }.joined()
        case .members(let members):
            let width = members.map(\.name.count).max() ?? 0
            return members.map { $0.value.line(named: $0.name, width: width, margin: margin, indent: indent) }.joined()
        }
    }

    private func line(named name: String, width: Int, margin: String, indent: Int) -> String {
        switch self {
        case .list(let elements) where elements.isEmpty: return "\(margin)\(name)  none\n"
        case .list, .members: return "\(margin)\(name)\n\(text(indent: indent + 2))"
        default: return margin + name + String(repeating: " ", count: width - name.count + 2) + text()
        }
    }
}
