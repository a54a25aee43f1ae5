import Crypto

/// An X.509 v3 certificate of an attestation chain: ECDSA P-256, with the facts that chain building asks for.
///
/// Names are compared byte by byte, as Intel's issuing never encodes one name in two ways.
public struct PlatformCertificate: Sendable {
    public let der: [UInt8]
    /// Without leading zeros.
    public let serialNumber: [UInt8]
    /// The DER of the names.
    public let issuer: [UInt8]
    public let subject: [UInt8]
    public let notBefore: Timestamp
    public let notAfter: Timestamp
    /// What it may do when it is a CA; nil for a leaf.
    public let authority: Authority?
    /// The point x‖y, 64 bytes.
    public let publicKey: [UInt8]
    let key: P256.Signing.PublicKey
    /// The value of the SGX extension.
    let platformExtension: [UInt8]?
    private let signed: SignedDER

    /// What a CA certificate may do.
    public struct Authority: Equatable, Sendable {
        public let maximumPathLength: Int?
        public let mayIssue: Bool
        public let mayRevoke: Bool
    }

    public init(der: [UInt8]) throws(CertificateError) {
        self.der = der
        signed = try SignedDER(der, "certificate")
        var body = signed.body
        try Self.requireVersion3(&body)
        serialNumber = try body.magnitude("the serial number")
        try SignedDER.requireAlgorithm(&body, "certificate")
        issuer = body.slice(try body.next(DERTag.sequence, "the issuer").whole)
        var validity = try body.sequence("the validity")
        notBefore = try validity.time("the begin of validity")
        notAfter = try validity.time("the end of validity")
        try validity.requireEnd("the validity")
        let name = try body.next(DERTag.sequence, "the subject")
        subject = body.slice(name.whole)
        (publicKey, key) = try Self.key(&body)
        let extensions = try Self.extensions(&body)
        authority = extensions.authority
        platformExtension = extensions.platform
    }

    /// SHA-256 of the DER, the name by which a policy trusts a root.
    public var fingerprint: [UInt8] { Array(SHA256.hash(data: der)) }

    /// The common name of the subject, or the whole subject in hexadecimal when it has none.
    public var name: String { DistinguishedNameText.commonName(subject) ?? Hex.text(subject) }

    var isSelfIssued: Bool { subject == issuer }

    /// Intel's CAs exist in several certificates of one key and name, which chains in the wild mix.
    func isSameAuthority(as other: PlatformCertificate) -> Bool {
        subject == other.subject && publicKey == other.publicKey
    }

    public func isSigned(by issuer: PlatformCertificate) -> Bool { signed.isSigned(by: issuer.key) }

    /// The certificates of a PEM chain, at most `limit`.
    public static func chain(pem: [UInt8], limit: Int = 4) throws(CertificateError) -> [PlatformCertificate] {
        let blocks = try PEM.certificates(pem)
        guard blocks.count <= limit else { throw .notPEM("more than \(limit) certificates") }
        var certificates: [PlatformCertificate] = []
        for block in blocks { certificates.append(try PlatformCertificate(der: block)) }
        return certificates
    }

    private static func requireVersion3(_ body: inout DERReader) throws(CertificateError) {
        var version = body.reader(try body.next(DERTag.context(0), "the version"))
        guard try version.unsigned("the version") == 2 as UInt8, version.isAtEnd else {
            throw .notDER("the certificate is not of version 3")
        }
    }

    /// SubjectPublicKeyInfo of an uncompressed point on P-256, whose DER up to the point is always the same.
    private static func key(_ body: inout DERReader) throws(CertificateError) -> ([UInt8], P256.Signing.PublicKey) {
        let info = body.slice(try body.next(DERTag.sequence, "the public key").whole)
        guard info.count == keyPrefix.count + 64, info.starts(with: keyPrefix) else { throw .unsupportedKey("a certificate") }
        let point = Array(info.dropFirst(keyPrefix.count))
        guard let key = try? P256.Signing.PublicKey(rawRepresentation: point) else { throw .unsupportedKey("a certificate") }
        return (point, key)
    }

    private static let keyPrefix: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]

    private static func extensions(_ body: inout DERReader) throws(CertificateError) -> CertificateExtensions {
        guard !body.isAtEnd else { return CertificateExtensions() }
        var tagged = body.reader(try body.next(DERTag.context(3), "the extensions"))
        try body.requireEnd("the certificate")
        var list = try tagged.sequence("the extensions")
        try tagged.requireEnd("the extensions")
        return try CertificateExtensions(reading: &list)
    }
}

extension PlatformCertificate: Equatable {
    public static func == (left: PlatformCertificate, right: PlatformCertificate) -> Bool { left.der == right.der }
}
