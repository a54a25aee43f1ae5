/// The X.509 extensions that decide what a certificate of an attestation chain may do.
///
/// An unknown critical extension is refused (RFC 5280, 4.2), and so is one that occurs twice.
struct CertificateExtensions {
    private(set) var authority: PlatformCertificate.Authority?
    /// The value of 1.2.840.113741.1.13.1, undecoded.
    private(set) var platform: [UInt8]?

    private static let basicConstraints: [UInt8] = [0x55, 0x1d, 0x13]
    private static let keyUsage: [UInt8] = [0x55, 0x1d, 0x0f]
    private static let platformFacts: [UInt8] = PCKExtension.encodedOID

    init() {}

    init(reading extensions: inout DERReader) throws(CertificateError) {
        var seen: Set<[UInt8]> = []
        var isAuthority = false
        var pathLength: Int?
        var usage = KeyUsage()
        while !extensions.isAtEnd {
            var fields = try extensions.sequence("an extension")
            let name = try fields.objectIdentifier("an extension's name")
            let isCritical = fields.nextTag == DERTag.boolean ? try fields.boolean("an extension's criticality") : false
            let value = try fields.content(DERTag.octetString, "an extension's value")
            try fields.requireEnd("an extension")
            guard seen.insert(name).inserted else { throw .notDER("an extension occurs twice") }
            switch name {
            case Self.basicConstraints: (isAuthority, pathLength) = try Self.constraints(value)
            case Self.keyUsage: usage = try KeyUsage(der: value)
            case Self.platformFacts: platform = value
            default: guard !isCritical else { throw .notDER("critical extension \(Hex.text(name)) is unknown") }
            }
        }
        if isAuthority {
            authority = PlatformCertificate.Authority(
                maximumPathLength: pathLength, mayIssue: usage.mayIssue, mayRevoke: usage.mayRevoke)
        }
    }

    private static func constraints(_ value: [UInt8]) throws(CertificateError) -> (Bool, Int?) {
        var outer = DERReader(value)
        var fields = try outer.sequence("basic constraints")
        try outer.requireEnd("basic constraints")
        let isAuthority = fields.nextTag == DERTag.boolean ? try fields.boolean("the CA flag") : false
        let length: UInt32? = fields.isAtEnd ? nil : try fields.unsigned("the path length")
        try fields.requireEnd("basic constraints")
        return (isAuthority, length.map(Int.init))
    }

    private struct KeyUsage {
        var mayIssue = false
        var mayRevoke = false

        init() {}

        /// Bit 5 is keyCertSign, bit 6 cRLSign, counted from the highest of the first byte.
        init(der: [UInt8]) throws(CertificateError) {
            var reader = DERReader(der)
            let bits = try reader.content(DERTag.bitString, "key usage")
            try reader.requireEnd("key usage")
            guard bits.count >= 2, bits[0] < 8 else { throw .notDER("key usage is empty") }
            mayIssue = bits[1] & 0x04 != 0
            mayRevoke = bits[1] & 0x02 != 0
        }
    }
}
