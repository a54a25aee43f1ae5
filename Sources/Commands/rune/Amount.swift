/// Amounts as people write them on command lines.
enum Amount {
    /// `512m`, `1g`, `64MiB`, `1073741824`; `-1` means no bound.
    static func bytes(_ text: String, of option: String) throws -> Int64 {
        if text == "-1" { return -1 }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).lowercased()
        let powers = ["": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5]
        let letter =
            unit.hasSuffix("ib") ? String(unit.dropLast(2)) : unit.count > 1 && unit.hasSuffix("b") ? String(unit.dropLast()) : unit
        guard let power = powers[letter], let count = Int64(digits) else {
            throw UsageError("\(option): \"\(text)\" is not an amount of memory")
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: Int64(1) << (10 * power))
        guard !overflow else { throw UsageError("\(option): \"\(text)\" is too much") }
        return bytes
    }

    /// `5s`, `1m30s`, `100ms`, in milliseconds.
    static func milliseconds(_ text: String, of option: String) throws -> Int {
        let units: [(name: String, length: Double)] = [("ms", 1), ("us", 0.001), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0 == "." || $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard let count = Double(digits), let unit = units.first(where: { rest.hasPrefix($0.name) }) else {
                throw UsageError("\(option): \"\(text)\" is not a length of time like 5s")
            }
            rest = rest.dropFirst(unit.name.count)
            total += count * unit.length
        }
        guard total >= 1, total < 1e12 else { throw UsageError("\(option): must be greater than 0") }
        return Int(total)
    }
}
