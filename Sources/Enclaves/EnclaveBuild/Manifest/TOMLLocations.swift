/// Where each key of a TOML document stands; the parser, which has checked the syntax, does not tell.
struct TOMLLocations {
    struct Place: Equatable, Sendable {
        var line: Int
        var column: Int
    }

    private(set) var places: [[String]: Place] = [:]
    private let text: [Unicode.Scalar]
    private var index = 0
    private var place = Place(line: 1, column: 1)
    private var arrays: [[String]: Int] = [:]

    init(of text: String) {
        self.text = Array(text.unicodeScalars)
        var table: [String] = []
        while let next = skipSpace(lines: true) {
            if next == "[" { table = header() } else { assignment(below: table) }
        }
    }

    /// `[a.b]` or `[[a.b]]`; the tables of an array are numbered.
    private mutating func header() -> [String] {
        let start = place
        advance()
        let isArray = peek == "["
        if isArray { advance() }
        let (path, _) = key(end: "]")
        advance()
        if isArray { advance() }
        guard isArray else {
            let path = resolved(path)
            note(path, start)
            return path
        }
        let number = arrays[path, default: 0]
        arrays[path] = number + 1
        note(path, start)
        note(path + [String(number)], start)
        return path + [String(number)]
    }

    private func resolved(_ path: [String]) -> [String] {
        for length in stride(from: path.count, to: 0, by: -1) {
            guard let count = arrays[Array(path[..<length])] else { continue }
            return Array(path[..<length]) + [String(count - 1)] + path[length...]
        }
        return path
    }

    private mutating func assignment(below table: [String]) {
        let (path, start) = key(end: "=")
        advance()
        note(table + path, start)
        value(at: table + path)
    }

    private mutating func note(_ path: [String], _ start: Place) {
        for length in 1...max(1, path.count) where path.count >= length {
            let part = Array(path[..<length])
            if places[part] == nil || length == path.count { places[part] = start }
        }
    }

    /// A dotted key up to `end`, which stays.
    private mutating func key(end: Unicode.Scalar) -> ([String], Place) {
        var path: [String] = []
        _ = skipSpace(lines: false)
        let start = place
        while let next = skipSpace(lines: false), next != end {
            if next == "." {
                advance()
            } else if next == "\"" || next == "'" {
                path.append(string())
            } else {
                var word = ""
                while let scalar = peek, scalar != end, scalar != ".", scalar != " ", scalar != "\t", scalar != "\n" {
                    word.unicodeScalars.append(scalar)
                    advance()
                }
                guard !word.isEmpty else { return (path, start) }
                path.append(word)
            }
        }
        return (path, start)
    }

    private mutating func value(at path: [String]) {
        guard let first = skipSpace(lines: true) else { return }
        switch first {
        case "\"", "'": _ = string()
        case "[":
            advance()
            var number = 0
            while let next = skipSpace(lines: true), next != "]" {
                note(path + [String(number)], place)
                value(at: path + [String(number)])
                number += 1
                if skipSpace(lines: true) == "," { advance() }
            }
            advance()
        case "{":
            advance()
            while let next = skipSpace(lines: true), next != "}" {
                assignment(below: path)
                if skipSpace(lines: true) == "," { advance() }
            }
            advance()
        default:
            while let scalar = peek, scalar != ",", scalar != "]", scalar != "}", scalar != "\n", scalar != "#" { advance() }
        }
    }

    private mutating func string() -> String {
        guard let quote = peek else { return "" }
        let isLong = starts(with: [quote, quote, quote])
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        var content = ""
        while let scalar = peek {
            if isLong ? starts(with: [quote, quote, quote]) : scalar == quote { break }
            if scalar == "\\" && quote == "\"" { advance() }
            if let scalar = peek { content.unicodeScalars.append(scalar) }
            advance()
        }
        // Up to two quotes may stand before the three that end a long string.
        while isLong, starts(with: [quote, quote, quote, quote]) { advance() }
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        return content
    }

    private func starts(with scalars: [Unicode.Scalar]) -> Bool { text[index...].starts(with: scalars) }

    private var peek: Unicode.Scalar? { index < text.count ? text[index] : nil }

    private mutating func advance() {
        guard index < text.count else { return }
        if text[index] == "\n" { place = Place(line: place.line + 1, column: 1) } else { place.column += 1 }
        index += 1
    }

    private mutating func skipSpace(lines: Bool) -> Unicode.Scalar? {
        while let scalar = peek {
            if scalar == "#" {
                while let next = peek, next != "\n" { advance() }
            } else if scalar == " " || scalar == "\t" || scalar == "\r" || lines && scalar == "\n" {
                advance()
            } else {
                return scalar
            }
        }
        return nil
    }
}
