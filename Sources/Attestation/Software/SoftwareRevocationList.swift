import Crypto
import SwiftASN1

/// An empty revocation list of a software CA: nothing is revoked, and that is signed and dated.
enum SoftwareRevocationList {
    private static let ecdsaWithSHA256: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 2]
    private static let authorityKeyIdentifier: ASN1ObjectIdentifier = [2, 5, 29, 35]
    private static let crlNumber: ASN1ObjectIdentifier = [2, 5, 29, 20]

    static func der(issuer: SoftwareIdentity, from: Timestamp, until: Timestamp) throws(SoftwareStateError) -> [UInt8] {
        do {
            let body = try signedPart(issuer: issuer, from: from, until: until)
            let signature = try issuer.key.signature(for: body).derRepresentation
            var list = DER.Serializer()
            try list.appendConstructedNode(identifier: .sequence) { list in
                list.serializeRawBytes(body)
                try algorithm(&list)
                try list.serialize(ASN1BitString(bytes: Array(signature)[...]))
            }
            return list.serializedBytes
        } catch {
            throw .cryptography("issue the revocation list of \"\(issuer.certificate.name)\": \(error)")
        }
    }

    private static func signedPart(issuer: SoftwareIdentity, from: Timestamp, until: Timestamp) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { body in
            try body.serialize(1)
            try algorithm(&body)
            body.serializeRawBytes(issuer.certificate.subject)
            try body.serialize(time(from))
            try body.serialize(time(until))
            let context = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
            try body.appendConstructedNode(identifier: context) { tagged in
                try tagged.appendConstructedNode(identifier: .sequence) { extensions in
                    try append(&extensions, authorityKeyIdentifier) { value in
                        let identifier = SoftwareIdentity.keyIdentifier(issuer.key.publicKey)
                        value.appendConstructedNode(identifier: .sequence) { fields in
                            fields.appendPrimitiveNode(identifier: context) { $0.append(contentsOf: identifier) }
                        }
                    }
                    try append(&extensions, crlNumber) { try $0.serialize(Int(from.seconds)) }
                }
            }
        }
        return serializer.serializedBytes
    }

    private static func append(
        _ extensions: inout DER.Serializer, _ name: ASN1ObjectIdentifier, _ value: (inout DER.Serializer) throws -> Void
    ) throws {
        var content = DER.Serializer()
        try value(&content)
        try extensions.appendConstructedNode(identifier: .sequence) { fields in
            try fields.serialize(name)
            try fields.serialize(ASN1OctetString(contentBytes: content.serializedBytes[...]))
        }
    }

    private static func algorithm(_ serializer: inout DER.Serializer) throws {
        try serializer.appendConstructedNode(identifier: .sequence) { try $0.serialize(ecdsaWithSHA256) }
    }

    private static func time(_ moment: Timestamp) throws -> UTCTime {
        let text = Array(moment.iso8601.utf8)
        func number(_ range: Range<Int>) -> Int { text[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        return try UTCTime(
            year: number(0..<4), month: number(5..<7), day: number(8..<10), hours: number(11..<13), minutes: number(14..<16),
            seconds: number(17..<19))
    }
}
