import Foundation

/// Changes a signed JSON document so that it still is one: versions, statuses, dates, hexadecimal values, order.
enum DocumentMutation {
    private static let statuses = [
        "UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate",
        "OutOfDateConfigurationNeeded", "Revoked", "Unknown",
    ]

    static func change(_ text: String, using random: inout SeededGenerator) -> (String, String) {
        switch random.below(6) {
        case 0..<3: return number(text, using: &random)
        case 3:
            return replace(
                text, /"tcbStatus":"[A-Za-z]*"/, "\"tcbStatus\":\"\(statuses[random.below(statuses.count)])\"", using: &random)
        case 4:
            let year = 2024 + random.below(5)
            return replace(text, /"20[0-9][0-9]-/, "\"\(year)-", using: &random)
        default: return replace(text, /[0-9A-F]{2}"/, ["00\"", "FF\"", "ab\"", "0\""][random.below(4)], using: &random)
        }
    }

    private static func number(_ text: String, using random: inout SeededGenerator) -> (String, String) {
        let value = [0, 1, 2, 3, 4, 6, 8, 9, 10, 11, 13, 14, 255, 256, 70_000][random.below(15)]
        return replace(text, /:[0-9]+/, ":\(value)", using: &random)
    }

    private static func replace(
        _ text: String, _ pattern: Regex<Substring>, _ replacement: String, using random: inout SeededGenerator
    ) -> (String, String) {
        let places = text.ranges(of: pattern)
        guard !places.isEmpty else { return ("nothing", text) }
        let place = places[random.below(places.count)]
        return ("\(text[place]) to \(replacement)", text.replacingCharacters(in: place, with: replacement))
    }
}
