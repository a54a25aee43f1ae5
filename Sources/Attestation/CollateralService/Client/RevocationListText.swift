import Attestation
import FoundationEssentials

/// A revocation list in any of the forms that services deliver it in: DER, DER in hexadecimal, PEM.
enum RevocationListText {
    private static let begin = "-----BEGIN X509 CRL-----"
    private static let end = "-----END X509 CRL-----"

    /// The DER; nil when the bytes are none of the three.
    static func der(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.first == 0x30, bytes.count > 2, bytes[1] & 0x80 != 0 { return bytes }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let trimmed = text.filter { !$0.isWhitespace }
        let markers = (begin.filter { !$0.isWhitespace }, end.filter { !$0.isWhitespace })
        guard trimmed.hasPrefix(markers.0) else { return trimmed.isEmpty ? nil : Hex.bytes(trimmed) }
        guard trimmed.hasSuffix(markers.1) else { return nil }
        let base64 = trimmed.dropFirst(markers.0.count).dropLast(markers.1.count)
        return Data(base64Encoded: String(base64)).map(Array.init)
    }

    static func pem(_ der: [UInt8]) -> String {
        let base64 = Array(Data(der).base64EncodedString().utf8)
        let lines = stride(from: 0, to: base64.count, by: 64).map {
            String(decoding: base64[$0..<min($0 + 64, base64.count)], as: UTF8.self)
        }
        return ([begin] + lines + [end, ""]).joined(separator: "\n")
    }
}
