/// A certificate revocation list, version 2, signed with ECDSA P-256 and SHA-256.
///
/// It comes as DER, as PEM, or as DER in hexadecimal text: caches serve all three.
public struct RevocationList: Sendable {
    /// The DER of the issuer's name.
    public let issuer: [UInt8]
    public let thisUpdate: Timestamp
    public let nextUpdate: Timestamp
    /// The serial numbers without leading zeros.
    public let revoked: Set<[UInt8]>
    private let signed: SignedDER

    /// Far more than any real list needs.
    public static let maximumByteCount = 1 << 20

    public init(parsing bytes: [UInt8]) throws(CertificateError) {
        signed = try SignedDER(try Self.der(bytes), "CRL")
        var body = signed.body
        guard try body.unsigned("the CRL's version") == 1 as UInt8 else { throw .notDER("the CRL is not of version 2") }
        try SignedDER.requireAlgorithm(&body, "CRL")
        issuer = body.slice(try body.next(DERTag.sequence, "the CRL's issuer").whole)
        thisUpdate = try body.time("the CRL's date")
        nextUpdate = try body.time("the CRL's next date")
        revoked = body.nextTag == DERTag.sequence ? try Self.entries(try body.sequence("the CRL's entries")) : []
        if !body.isAtEnd {
            var tagged = body.reader(try body.next(DERTag.context(0), "the CRL's extensions"))
            try Self.refuseCritical(&tagged)
            try tagged.requireEnd("the CRL's extensions")
        }
        try body.requireEnd("the CRL")
    }

    /// The name of the issuer that people know it by.
    public var issuerName: String { DistinguishedNameText.commonName(issuer) ?? Hex.text(issuer) }

    func isSigned(by certificate: PlatformCertificate) -> Bool { signed.isSigned(by: certificate.key) }

    func revokes(_ certificate: PlatformCertificate) -> Bool { revoked.contains(certificate.serialNumber) }

    /// The DER behind any of the three encodings; what is none of them comes back as it is and fails as DER.
    static func der(_ bytes: [UInt8]) throws(CertificateError) -> [UInt8] {
        guard bytes.count <= maximumByteCount else { throw .notDER("the CRL is larger than \(maximumByteCount) bytes") }
        if bytes.starts(with: "-----BEGIN".utf8) {
            let blocks = try PEM.blocks(bytes, label: PEM.revocationList)
            guard blocks.count == 1 else { throw .notPEM("\(blocks.count) revocation lists where one is expected") }
            return blocks[0]
        }
        let digits = bytes.prefix { $0 != 0x0a && $0 != 0x0d && $0 != 0 }
        guard bytes.first != DERTag.sequence, let der = Hex.bytes(String(decoding: digits, as: UTF8.self)), !der.isEmpty else {
            return bytes
        }
        return der
    }

    private static func entries(_ list: DERReader) throws(CertificateError) -> Set<[UInt8]> {
        var list = list
        var serials: Set<[UInt8]> = []
        while !list.isAtEnd {
            var entry = try list.sequence("a CRL entry")
            serials.insert(try entry.magnitude("a CRL entry's serial number"))
            _ = try entry.time("a CRL entry's date")
            if !entry.isAtEnd { try refuseCritical(&entry) }
            try entry.requireEnd("a CRL entry")
        }
        return serials
    }

    /// A critical extension (a delta, an indirect list) changes what the list means; none is understood here.
    private static func refuseCritical(_ holder: inout DERReader) throws(CertificateError) {
        var extensions = try holder.sequence("the CRL's extensions")
        while !extensions.isAtEnd {
            var fields = try extensions.sequence("a CRL extension")
            let name = try fields.objectIdentifier("a CRL extension's name")
            if fields.nextTag == DERTag.boolean, try fields.boolean("a CRL extension's criticality") {
                throw .notDER("critical CRL extension \(Hex.text(name)) is unknown")
            }
            _ = try fields.content(DERTag.octetString, "a CRL extension's value")
            try fields.requireEnd("a CRL extension")
        }
    }
}
