/// The encoding in which collateral services put certificate chains into headers.
enum PercentEncoding {
    /// The text behind `%XX` sequences; nil when one is incomplete or the result is not UTF-8.
    ///
    /// A plus sign stays one: it is base64's.
    static func decoded(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count, let value = value(bytes[index + 1], bytes[index + 2]) else { return nil }
            result.append(value)
            index += 3
        }
        return String(validating: result, as: UTF8.self)
    }

    /// Everything but unreserved characters becomes `%XX`.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-._~".unicodeScalars.contains(scalar)
            {
                result.unicodeScalars.append(scalar)
            } else {
                result += "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static func value(_ high: UInt8, _ low: UInt8) -> UInt8? {
        UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
    }
}
