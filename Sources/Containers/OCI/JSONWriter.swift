/// Writes JSON as text, members in their order or sorted by key.
package struct JSONWriter {
    private var bytes: [UInt8] = []
    private let indented: Bool
    private let sorted: Bool
    private var depth = 0

    package static func write(_ value: JSON, indented: Bool = false, sorted: Bool = false) -> [UInt8] {
        var writer = JSONWriter(indented: indented, sorted: sorted)
        writer.append(value)
        return writer.bytes
    }

    private init(indented: Bool, sorted: Bool) {
        self.indented = indented
        self.sorted = sorted
    }

    private mutating func append(_ value: JSON) {
        switch value {
        case .null: append(text: "null")
        case .bool(let bool): append(text: bool ? "true" : "false")
        case .integer(let integer): append(text: String(integer))
        case .unsigned(let integer): append(text: String(integer))
        case .number(let number): append(text: number.isFinite ? "\(number)" : "null")
        case .string(let string): append(quoted: string)
        case .array(let elements):
            list(elements, open: "[", close: "]") { writer, element in writer.append(element) }
        case .object(let members):
            list(sorted ? members.sorted { $0.key < $1.key } : members, open: "{", close: "}") { writer, member in
                writer.append(quoted: member.key)
                writer.append(text: writer.indented ? ": " : ":")
                writer.append(member.value)
            }
        }
    }

    private mutating func list<Item>(
        _ items: [Item], open: Unicode.Scalar, close: Unicode.Scalar, _ body: (inout Self, Item) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        depth += 1
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine()
            body(&self, item)
        }
        depth -= 1
        if !items.isEmpty { newLine() }
        bytes.append(UInt8(ascii: close))
    }

    private mutating func newLine() {
        guard indented else { return }
        bytes.append(0x0a)
        bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }

    private mutating func append(text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { append(escaped: byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0x0a: append(text: "\\n")
        case 0x0d: append(text: "\\r")
        case 0x09: append(text: "\\t")
        case 0..<0x20:
            let hex = String(byte, radix: 16)
            append(text: "\\u00" + (hex.utf8.count == 1 ? "0" : "") + hex)
        default: bytes.append(byte)
        }
    }
}
