import FoundationEssentials

/// Blocks of PEM text, as plain text or percent-encoded: nothing between them, nothing after them but zero bytes and line ends.
///
/// Quotes carry their chain as text that no signature covers, so that text outside the blocks could mean one thing to one reader
/// and another to the next.
enum PEM {
    static let certificate = "CERTIFICATE"
    static let revocationList = "X509 CRL"
    static let publicKey = "PUBLIC KEY"

    /// What may stand outside the blocks.
    enum Surroundings {
        case nothing
        /// Anything, unread: what is no whole block is not there.
        case anything
    }

    static func certificates(
        _ bytes: [UInt8], surroundings: Surroundings = .nothing
    ) throws(CertificateError) -> [[UInt8]] {
        try blocks(bytes, label: certificate, surroundings: surroundings)
    }

    /// The DER of every block of this label, in order.
    static func blocks(
        _ bytes: [UInt8], label: String, surroundings: Surroundings = .nothing
    ) throws(CertificateError) -> [[UInt8]] {
        let begin = Array("-----BEGIN \(label)-----".utf8)
        let end = Array("-----END \(label)-----".utf8)
        var blocks: [[UInt8]] = []
        var body: [UInt8]? = nil
        for line in try lines(bytes) {
            if line.elementsEqual(begin) {
                guard body == nil || surroundings == .anything else { throw .notPEM("a block begins inside a block") }
                body = []
            } else if let base64 = body, line.elementsEqual(end) {
                guard let der = Base64.decode(base64) else { throw .notPEM("a block is not base64") }
                blocks.append(der)
                body = nil
            } else if body != nil {
                body?.append(contentsOf: line)
            } else if surroundings == .nothing {
                throw .notPEM("text outside a \(label.lowercased()) block")
            }
        }
        guard body == nil || surroundings == .anything else { throw .notPEM("a block does not end") }
        return blocks
    }

    static func text(_ der: [UInt8], label: String = certificate) -> String {
        let base64 = Array(Data(der).base64EncodedString().utf8)
        var lines = ["-----BEGIN \(label)-----"]
        for start in stride(from: 0, to: base64.count, by: 64) {
            lines.append(String(decoding: base64[start..<min(start + 64, base64.count)], as: UTF8.self))
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }

    /// The lines that are not empty, without their ends and the zero bytes after the last.
    private static func lines(_ bytes: [UInt8]) throws(CertificateError) -> [ArraySlice<UInt8>] {
        var text = bytes[...]
        while text.last == 0 { text.removeLast() }
        if text.starts(with: "-----BEGIN%20".utf8) || text.starts(with: "%2D".utf8) {
            guard let decoded = PercentEncoding.decode(text) else { throw .notPEM("a percent escape is not one") }
            text = decoded[...]
        }
        return text.split { $0 == 0x0a || $0 == 0x0d }
    }
}
