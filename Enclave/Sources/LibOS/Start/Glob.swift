/// Shell patterns of the manifest: `*` any run of bytes, `?` one byte, everything else itself.
enum Glob {
    static func matches(_ text: Bytes, _ pattern: Bytes) -> Bool {
        var t = 0
        var p = 0
        var star: Int?
        var mark = 0
        while t < text.count {
            if p < pattern.count, pattern[p] == 0x2a {
                star = p
                mark = t
                p += 1
            } else if p < pattern.count, pattern[p] == 0x3f || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                p = last + 1
                mark += 1
                t = mark
            } else {
                return false
            }
        }
        while p < pattern.count, pattern[p] == 0x2a { p += 1 }
        return p == pattern.count
    }

    static func matchesAny(_ text: Bytes, _ patterns: [Bytes]) -> Bool {
        for pattern in patterns where matches(text, pattern) { return true }
        return false
    }
}
