import TOMLKit

/// Values of a manifest as TOML has them, against the kinds of the schema.
enum ManifestValue {
    static func fits(_ value: any TOMLValueConvertible, _ kind: ManifestKey.Kind) -> Bool {
        switch kind {
        case .text: value.string != nil
        case .texts: texts(value) != nil
        case .number(let range): value.int.map { range.contains($0) } ?? false
        case .size: size(value) != nil
        case .flag: value.bool != nil
        case .date: date(value) != nil
        case .choice(let choices): value.string.map { choices.contains($0) } ?? false
        case .hostRule: value.string == "fixed" || value.string == "any" || texts(value) != nil
        case .user: user(value) != nil
        case .variable: value.string != nil || fitsVariable(value)
        case .limit: limit(value) != nil
        }
    }

    static func texts(_ value: any TOMLValueConvertible) -> [String]? {
        guard let array = value.array else { return nil }
        var texts: [String] = []
        for index in 0..<array.count {
            guard let text = array[index].string else { return nil }
            texts.append(text)
        }
        return texts
    }

    static func size(_ value: any TOMLValueConvertible) -> UInt64? {
        if let number = value.int { return UInt64(exactly: number) }
        return value.string.flatMap(SizeText.parse)
    }

    static func user(_ value: any TOMLValueConvertible) -> (uid: UInt32, gid: UInt32)? {
        if let number = value.int { return UInt32(exactly: number).map { ($0, $0) } }
        return value.string.flatMap(user(text:))
    }

    static func user(text: String) -> (uid: UInt32, gid: UInt32)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let uid = parts.first.flatMap({ UInt32($0) }) else { return nil }
        guard parts.count == 2 else { return (uid, uid) }
        return UInt32(parts[1]).map { (uid, $0) }
    }

    /// Seconds since 1970.
    static func date(_ value: any TOMLValueConvertible) -> UInt64? {
        if let number = value.int { return UInt64(exactly: number) }
        let parts = value.string?.split(separator: "-").compactMap { Int($0) } ?? []
        guard parts.count == 3, (1970...9999).contains(parts[0]), (1...12).contains(parts[1]), (1...31).contains(parts[2]) else {
            return nil
        }
        // Days from civil: years begin in March, so that the day that leap years have is the last.
        let year = parts[1] > 2 ? parts[0] : parts[0] - 1
        let dayOfYear = (153 * ((parts[1] + 9) % 12) + 2) / 5 + parts[2] - 1
        let days = year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
        return UInt64(exactly: days * 86400)
    }

    static func limit(_ value: any TOMLValueConvertible) -> (soft: UInt64, hard: UInt64)? {
        if let table = value.table {
            guard Set(table.keys) == ["soft", "hard"], let soft = table["soft"].flatMap(one), let hard = table["hard"].flatMap(one)
            else { return nil }
            return soft <= hard ? (soft, hard) : nil
        }
        return one(value).map { ($0, $0) }
    }

    private static func one(_ value: any TOMLValueConvertible) -> UInt64? {
        value.string == "unlimited" ? .max : value.int.flatMap { UInt64(exactly: $0) }
    }

    private static func fitsVariable(_ value: any TOMLValueConvertible) -> Bool {
        guard let table = value.table else { return false }
        if table.keys.contains("any") { return table.keys.count == 1 && table["any"]?.bool == true }
        let allow = table["allow"].flatMap(texts)
        let isDefaultText = !table.keys.contains("default") || table["default"]?.string != nil
        return Set(table.keys).isSubset(of: ["allow", "default"]) && allow?.isEmpty == false && isDefaultText
    }
}
