import Crypto
import SwiftASN1
import X509

/// A certificate revocation list, version 2, signed with ECDSA P-256 and SHA-256.
struct RevocationList {
    let issuer: DistinguishedName
    let thisUpdate: Timestamp
    let nextUpdate: Timestamp
    private let revoked: Set<[UInt8]>
    private let signedBytes: [UInt8]
    private let signature: [UInt8]

    private static let ecdsaWithSHA256: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 2]

    init(der: [UInt8]) throws(CertificateError) {
        do {
            let root = try DER.parse(der)
            let (body, algorithm, signature) = try DER.sequence(root, identifier: .sequence) { nodes in
                guard let body = nodes.next(), let algorithm = nodes.next() else {
                    throw CertificateError.notDER("CRL: too few members")
                }
                return (body, algorithm, try ASN1BitString(derEncoded: &nodes))
            }
            try Self.checkAlgorithm(algorithm)
            signedBytes = Array(body.encodedBytes)
            self.signature = Array(signature.bytes)
            (issuer, thisUpdate, nextUpdate, revoked) = try DER.sequence(body, identifier: .sequence) { nodes in
                try Self.body(&nodes)
            }
        } catch let error as CertificateError {
            throw error
        } catch {
            throw .notDER("CRL: \(error)")
        }
    }

    func isSigned(by certificate: PlatformCertificate) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
        return certificate.key.isValidSignature(signature, for: signedBytes)
    }

    func revokes(_ certificate: PlatformCertificate) -> Bool { revoked.contains(certificate.serialNumber) }

    private static func body(
        _ nodes: inout ASN1NodeCollection.Iterator
    ) throws -> (DistinguishedName, Timestamp, Timestamp, Set<[UInt8]>) {
        guard try Int(derEncoded: &nodes) == 1 else { throw CertificateError.notDER("CRL: not version 2") }
        guard let algorithm = nodes.next() else { throw CertificateError.notDER("CRL: too few members") }
        try checkAlgorithm(algorithm)
        guard let name = nodes.next() else { throw CertificateError.notDER("CRL: no issuer") }
        let issuer = try DistinguishedName(derEncoded: name)
        let thisUpdate = try time(nodes.next())
        let nextUpdate = try time(nodes.next())
        var serials: Set<[UInt8]> = []
        while let node = nodes.next() {
            if node.identifier == .sequence {
                serials = try entries(node)
            } else {
                guard node.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) else {
                    throw CertificateError.notDER("CRL: unknown member")
                }
                try refuseCriticalExtensions(node)
            }
        }
        return (issuer, thisUpdate, nextUpdate, serials)
    }

    private static func entries(_ node: ASN1Node) throws -> Set<[UInt8]> {
        var serials: Set<[UInt8]> = []
        try DER.sequence(node, identifier: .sequence) { entries in
            while let entry = entries.next() {
                try DER.sequence(entry, identifier: .sequence) { fields in
                    let serial = try ArraySlice<UInt8>(derEncoded: &fields)
                    serials.insert(Array(serial.drop { $0 == 0 }))
                    while fields.next() != nil {}
                }
            }
        }
        return serials
    }

    /// A critical extension (a delta, an indirect list) changes what the list means; none is understood here.
    private static func refuseCriticalExtensions(_ node: ASN1Node) throws {
        let list = try DER.explicitlyTagged(node, tagNumber: 0, tagClass: .contextSpecific) { $0 }
        try DER.sequence(list, identifier: .sequence) { extensions in
            while let item = extensions.next() {
                try DER.sequence(item, identifier: .sequence) { fields in
                    let name = try ASN1ObjectIdentifier(derEncoded: &fields)
                    while let field = fields.next() {
                        if field.identifier == .boolean, try Bool(derEncoded: field) {
                            throw CertificateError.notDER("CRL: critical extension \(name)")
                        }
                    }
                }
            }
        }
    }

    private static func checkAlgorithm(_ node: ASN1Node) throws {
        let oid = try DER.sequence(node, identifier: .sequence) { fields in
            let oid = try ASN1ObjectIdentifier(derEncoded: &fields)
            while fields.next() != nil {}
            return oid
        }
        guard oid == ecdsaWithSHA256 else { throw CertificateError.unsupportedAlgorithm("the CRL") }
    }

    private static func time(_ node: ASN1Node?) throws -> Timestamp {
        guard let node else { throw CertificateError.notDER("CRL: a date is missing") }
        let moment: Timestamp?
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            moment = Timestamp(
                year: time.year, month: time.month, day: time.day, hour: time.hours, minute: time.minutes,
                second: time.seconds)
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            moment = Timestamp(
                year: time.year, month: time.month, day: time.day, hour: time.hours, minute: time.minutes,
                second: time.seconds)
        }
        guard let moment else { throw CertificateError.notDER("CRL: a date is out of range") }
        return moment
    }
}
