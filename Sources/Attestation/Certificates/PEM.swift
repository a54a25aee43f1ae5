import FoundationEssentials

/// Certificates as PEM text: only certificate blocks, nothing between them, nothing after them but zero bytes and line ends.
///
/// Quotes carry their chain as text that no signature covers, so that text outside the blocks could mean one thing to one reader
/// and another to the next.
enum PEM {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    static func certificates(_ bytes: [UInt8]) throws(CertificateError) -> [[UInt8]] {
        var text = bytes[...]
        while text.last == 0 { text.removeLast() }
        guard let string = String(validating: text, as: UTF8.self) else { throw .notPEM("not UTF-8") }
        var blocks: [[UInt8]] = []
        var body: String? = nil
        for line in string.split(whereSeparator: \.isNewline) {
            switch (line, body) {
            case (begin[...], nil): body = ""
            case (end[...], .some(let base64)):
                guard let der = Data(base64Encoded: base64) else { throw .notPEM("a block is not base64") }
                blocks.append(Array(der))
                body = nil
            case (_, .some(let base64)): body = base64 + line
            case (_, nil): throw .notPEM("text outside a certificate block")
            }
        }
        guard body == nil else { throw .notPEM("a block does not end") }
        return blocks
    }

    static func text(_ der: [UInt8]) -> String {
        let base64 = Array(Data(der).base64EncodedString().utf8)
        var lines = [begin]
        for start in stride(from: 0, to: base64.count, by: 64) {
            lines.append(String(decoding: base64[start..<min(start + 64, base64.count)], as: UTF8.self))
        }
        return (lines + [end, ""]).joined(separator: "\n")
    }
}
