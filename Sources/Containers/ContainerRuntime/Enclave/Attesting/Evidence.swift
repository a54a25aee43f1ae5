import EnclaveCrypto
import OCI

/// Evidence about a running enclave that was asked for from outside.
///
/// Its report data are a hash of the asker's nonce, never bytes of the asker's choice: else whoever may ask could have the enclave vouch for a
/// key that is not the enclave's.
package struct Evidence: Sendable {
    package let container: String
    package let nonce: [UInt8]
    /// 432 bytes.
    package let report: [UInt8]
    package let quote: [UInt8]?
    /// `nil`: nobody here knows, since a runtime of others does not say.
    package let isSimulated: Bool?

    static let reportLength = 432

    /// What evidence for a nonce has to carry.
    package static func reportData(nonce: [UInt8]) -> [UInt8] {
        SHA512.hash(Array("inclavare host attest v1\0".utf8) + nonce)
    }

    var reportData: [UInt8] { Array(report[320..<384]) }

    /// The evidence itself.
    package var bytes: [UInt8] { quote ?? report }

    package var json: JSON {
        func number(_ offset: Int) -> JSON { .integer(Int64(report[offset]) | Int64(report[offset + 1]) << 8) }
        return [
            "container": .string(container), "kind": .string(quote == nil ? "report" : "quote"),
            "simulated": isSimulated.map(JSON.bool) ?? .null, "debug": .bool(report[48] & 2 != 0),
            "nonce": .string(Self.hex(nonce)), "mrenclave": .string(Self.hex(report[64..<96])),
            "mrsigner": .string(Self.hex(report[128..<160])), "productID": number(256), "securityVersion": number(258),
            "reportData": .string(Self.hex(reportData)), "evidence": .string(Self.hex(bytes)),
        ]
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        let digits = Array("0123456789abcdef".utf8)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
