/// Writes DER for certificates of tests, right or wrong as they want it.
enum DER {
    static func item(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)]
            : count < 0x100
                ? [0x81, UInt8(count)]
                : count < 0x1_0000
                    ? [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
                    : [0x83, UInt8(count >> 16), UInt8(count >> 8 & 0xff), UInt8(count & 0xff)]
        return [tag] + length + content
    }

    static func sequence(_ members: [UInt8]...) -> [UInt8] { item(0x30, members.flatMap { $0 }) }
}

/// Writes CBOR with definite lengths of their shortest form.
enum CBOR {
    static func head(_ kind: UInt8, _ value: Int) -> [UInt8] {
        let first = kind << 5
        if value < 24 { return [first | UInt8(value)] }
        if value < 0x100 { return [first | 24, UInt8(value)] }
        return [first | 25, UInt8(value >> 8), UInt8(value & 0xff)]
    }

    static func bytes(_ content: [UInt8]) -> [UInt8] { head(2, content.count) + content }
    static func text(_ text: String) -> [UInt8] { head(3, text.utf8.count) + Array(text.utf8) }
    static func array(_ items: [UInt8]...) -> [UInt8] { head(4, items.count) + items.flatMap { $0 } }
    static func map(_ items: [(String, [UInt8])]) -> [UInt8] { head(5, items.count) + items.flatMap { text($0) + $1 } }
    static func tag(_ number: Int, _ item: [UInt8]) -> [UInt8] { head(6, number) + item }
}
