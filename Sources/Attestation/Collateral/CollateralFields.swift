/// Reads the typed members of one JSON object of a collateral part, naming part and field when one is missing or wrong.
struct CollateralFields {
    let part: String
    let value: JSONValue

    init(part: String, parsing text: String) throws(CollateralError) {
        self.part = part
        do {
            value = try JSONReader.parse(Array(text.utf8))
        } catch {
            throw .json(part: part, error)
        }
        guard case .object = value else { throw .missing(part: part, field: "object") }
    }

    init(part: String, value: JSONValue) {
        self.part = part
        self.value = value
    }

    func string(_ key: String) throws(CollateralError) -> String {
        guard let text = value[key]?.string else { throw .missing(part: part, field: key) }
        return text
    }

    func integer<T: FixedWidthInteger>(_ key: String, _ type: T.Type = T.self) throws(CollateralError) -> T {
        guard let number = value[key]?.integer else { throw .missing(part: part, field: key) }
        guard let exact = T(exactly: number) else { throw .badValue(part: part, field: key, value: String(number)) }
        return exact
    }

    func timestamp(_ key: String) throws(CollateralError) -> Timestamp {
        let text = try string(key)
        guard let moment = Timestamp(iso8601: text) else { throw .badValue(part: part, field: key, value: text) }
        return moment
    }

    func hex(_ key: String, count: Int) throws(CollateralError) -> [UInt8] {
        let text = try string(key)
        guard let bytes = Hex.bytes(text), bytes.count == count else {
            throw .badValue(part: part, field: key, value: text)
        }
        return bytes
    }

    func status(_ key: String, among known: Set<TCBStatus>) throws(CollateralError) -> TCBStatus {
        let text = try string(key)
        guard let status = TCBStatus(rawValue: text), known.contains(status) else {
            throw .unsupported(part: part, field: key, value: text)
        }
        return status
    }

    func has(_ key: String) -> Bool { value[key] != nil }

    func isNull(_ key: String) -> Bool { value[key] == .null }

    /// A string that may be absent.
    func optionalString(_ key: String) throws(CollateralError) -> String? { has(key) ? try string(key) : nil }

    func object(_ key: String) throws(CollateralError) -> CollateralFields {
        guard let member = value[key], case .object = member else { throw .missing(part: part, field: key) }
        return CollateralFields(part: part, value: member)
    }

    func objects(_ key: String) throws(CollateralError) -> [CollateralFields] {
        guard let values = value[key]?.array else { throw .missing(part: part, field: key) }
        return values.map { CollateralFields(part: part, value: $0) }
    }

    /// A list of strings that may be absent.
    func strings(_ key: String) throws(CollateralError) -> [String] {
        guard let member = value[key] else { return [] }
        guard let values = member.array else { throw .missing(part: part, field: key) }
        var texts: [String] = []
        for value in values {
            guard let text = value.string else { throw .missing(part: part, field: key) }
            texts.append(text)
        }
        return texts
    }
}
