/// Sizes as people write them: bytes, or a number with K, M, G or T (powers of 1024).
package enum SizeText {
    package static func parse(_ text: String) -> UInt64? {
        var digits = text[...]
        if let suffix = digits.last, suffix == "B" { digits.removeLast() }
        if digits.hasSuffix("i") { digits.removeLast() }
        var shift: UInt64 = 0
        if let unit = digits.last, let place = "KMGT".firstIndex(of: unit) {
            shift = 10 * UInt64("KMGT".distance(from: "KMGT".startIndex, to: place) + 1)
            digits.removeLast()
        }
        guard let number = UInt64(digits), number <= .max >> shift else { return nil }
        return number << shift
    }
}
