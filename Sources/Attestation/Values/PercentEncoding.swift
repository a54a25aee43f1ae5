/// The encoding of bytes as `%` and two hexadecimal digits, in which HTTP headers carry PEM chains.
enum PercentEncoding {
    /// The bytes behind `text`; a `+` stays one, since base64 uses it.
    ///
    /// Nil where a `%` is not followed by two digits.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let character = rest.next() {
            guard character == UInt8(ascii: "%") else {
                bytes.append(character)
                continue
            }
            guard let high = rest.next(), let low = rest.next(),
                let byte = Hex.bytes(String(decoding: [high, low], as: UTF8.self))?.first
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
