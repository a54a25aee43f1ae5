import Crypto

/// An X.509 certificate as far as evidence needs it: its public key, its extensions, and whether its own signature holds.
///
/// Such certificates are made by programs, and oddly: of any date, with parameters where none belong, signed by any algorithm. So names,
/// dates, usages and the chain are not looked at, and nothing is believed but the key that a quote binds. The DER itself is strict: one
/// reading, no bytes after the end, no extension twice.
public struct EvidenceCertificate: Equatable, Sendable {
    /// Real ones have 5 to 30 KiB.
    public static let maximumByteCount = 128 * 1024

    public let der: [UInt8]
    /// The DER of the SubjectPublicKeyInfo.
    public let publicKeyInfo: [UInt8]
    public let signature: SelfSignature
    /// Values by the content of their OBJECT IDENTIFIER.
    let extensions: [[UInt8]: [UInt8]]

    /// SHA-256 of the SubjectPublicKeyInfo, by which people and other tools pin a key.
    public var keyFingerprint: [UInt8] { Array(SHA256.hash(data: publicKeyInfo)) }

    public init(der: [UInt8]) throws(EvidenceCertificateError) {
        guard der.count <= Self.maximumByteCount else { throw .tooLarge(der.count) }
        self.der = der
        do throws(CertificateError) {
            var outer = DERReader(der)
            var members = try outer.sequence("the certificate")
            try outer.requireEnd("the certificate")
            let signed = try members.next(DERTag.sequence, "the signed part")
            var body = members.reader(signed)
            let names = try Self.passToKey(&body)
            publicKeyInfo = body.slice(try body.next(DERTag.sequence, "the public key").whole)
            extensions = try Self.extensions(&body)
            let algorithm = members.slice(try members.next(DERTag.sequence, "the algorithm").content)
            let seal = try members.bitString("the signature")
            try members.requireEnd("the certificate")
            let isOwn = names.issuer == names.subject
            let signedBytes = members.slice(signed.whole)
            signature = isOwn ? try SelfSignature(seal, over: signedBytes, algorithm: algorithm, key: publicKeyInfo) : .another
        } catch {
            throw .notCertificate(error)
        }
        guard signature != .wrong else { throw .changed }
    }

    /// DER, or the first certificate of a PEM file, whatever else stands in it.
    public init(file bytes: [UInt8]) throws(EvidenceCertificateError) {
        if bytes.first == DERTag.sequence {
            self = try EvidenceCertificate(der: bytes)
            return
        }
        guard bytes.count <= 8 * Self.maximumByteCount else { throw .tooLarge(bytes.count) }
        let blocks: [[UInt8]]
        do { blocks = try PEM.certificates(bytes, surroundings: .anything) } catch { throw .notCertificate(error) }
        guard let first = blocks.first else { throw .notCertificate(.notPEM("there is no certificate in it")) }
        try self.init(der: first)
    }

    /// Version, serial number, algorithm, issuer, validity and subject.
    private static func passToKey(_ body: inout DERReader) throws(CertificateError) -> (issuer: [UInt8], subject: [UInt8]) {
        var version = body.reader(try body.next(DERTag.context(0), "the version"))
        guard try version.unsigned("the version") == 2 as UInt8, version.isAtEnd else {
            throw .notDER("the certificate is not of version 3")
        }
        _ = try body.next(DERTag.integer, "the serial number")
        _ = try body.next(DERTag.sequence, "the algorithm")
        let issuer = body.slice(try body.next(DERTag.sequence, "the issuer").content)
        _ = try body.next(DERTag.sequence, "the validity")
        return (issuer, body.slice(try body.next(DERTag.sequence, "the subject").content))
    }

    private static func extensions(_ body: inout DERReader) throws(CertificateError) -> [[UInt8]: [UInt8]] {
        guard !body.isAtEnd else { return [:] }
        var tagged = body.reader(try body.next(DERTag.context(3), "the extensions"))
        try body.requireEnd("the signed part")
        var list = try tagged.sequence("the extensions")
        try tagged.requireEnd("the extensions")
        var values: [[UInt8]: [UInt8]] = [:]
        while !list.isAtEnd {
            var fields = try list.sequence("an extension")
            let name = try fields.objectIdentifier("an extension's name")
            if fields.nextTag == DERTag.boolean { _ = try fields.boolean("an extension's criticality") }
            let value = try fields.content(DERTag.octetString, "an extension's value")
            try fields.requireEnd("an extension")
            guard values.updateValue(value, forKey: name) == nil else { throw .notDER("an extension occurs twice") }
        }
        return values
    }
}
