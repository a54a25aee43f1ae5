/// Everything beside the quote that a verdict rests on, as it was delivered.
///
/// The JSON form has the member names of the `QuoteCollateralV3` objects that other DCAP tools exchange: chains as PEM text, CRLs and
/// signatures in hexadecimal, the two signed bodies as strings. The bundle is the same object with a format and its versions in front.
public struct Collateral: Equatable, Sendable {
    public let pckCRLIssuerChain: String
    /// As DER, as PEM, or as hexadecimal text.
    public let rootCRL: [UInt8]
    public let pckCRL: [UInt8]
    public let tcbInfoIssuerChain: String
    public let tcbInfo: SignedDocument
    public let qeIdentityIssuerChain: String
    public let qeIdentity: SignedDocument
    /// The PCK certificate and its chain, for quotes that only name their platform.
    public let pckCertificateChain: String?

    static let bundleFormat = "inclavare-collateral"
    static let bundleVersion = 1

    public init(
        pckCRLIssuerChain: String, rootCRL: [UInt8], pckCRL: [UInt8], tcbInfoIssuerChain: String,
        tcbInfo: SignedDocument, qeIdentityIssuerChain: String, qeIdentity: SignedDocument, pckCertificateChain: String? = nil
    ) {
        self.pckCRLIssuerChain = pckCRLIssuerChain
        self.rootCRL = rootCRL
        self.pckCRL = pckCRL
        self.tcbInfoIssuerChain = tcbInfoIssuerChain
        self.tcbInfo = tcbInfo
        self.qeIdentityIssuerChain = qeIdentityIssuerChain
        self.qeIdentity = qeIdentity
        self.pckCertificateChain = pckCertificateChain
    }

    /// Reads the JSON form or a bundle; members it does not know are other tools' and stay unread.
    public init(json bytes: [UInt8]) throws(CollateralError) {
        let fields = try CollateralFields(part: "collateral", parsing: String(decoding: bytes, as: UTF8.self))
        try Self.checkBundle(fields)
        pckCRLIssuerChain = try fields.string("pck_crl_issuer_chain")
        rootCRL = try Self.binary(fields, "root_ca_crl")
        pckCRL = try Self.binary(fields, "pck_crl")
        tcbInfoIssuerChain = try fields.string("tcb_info_issuer_chain")
        tcbInfo = SignedDocument(
            text: try fields.string("tcb_info"), signature: try fields.hex("tcb_info_signature", count: 64))
        qeIdentityIssuerChain = try fields.string("qe_identity_issuer_chain")
        qeIdentity = SignedDocument(
            text: try fields.string("qe_identity"), signature: try fields.hex("qe_identity_signature", count: 64))
        pckCertificateChain = fields.isNull("pck_certificate_chain") ? nil : try fields.optionalString("pck_certificate_chain")
    }

    /// The same for quotes that only name their platform: with its PCK certificate and what is above it.
    public func supplying(pckCertificateChain: String) -> Collateral {
        Collateral(
            pckCRLIssuerChain: pckCRLIssuerChain, rootCRL: rootCRL, pckCRL: pckCRL, tcbInfoIssuerChain: tcbInfoIssuerChain,
            tcbInfo: tcbInfo, qeIdentityIssuerChain: qeIdentityIssuerChain, qeIdentity: qeIdentity,
            pckCertificateChain: pckCertificateChain)
    }

    public var json: String { JSONText.object(members) }

    /// The JSON form as a stored format of our own: `format`, `version` and the oldest reader that understands it come first.
    public var bundle: String {
        let version = String(Self.bundleVersion)
        let head = [("format", JSONText.string(Self.bundleFormat)), ("version", version), ("minimum_reader", version)]
        return JSONText.object(head + members)
    }

    private var members: [(key: String, json: String)] {
        [
            ("pck_crl_issuer_chain", JSONText.string(pckCRLIssuerChain)),
            ("root_ca_crl", JSONText.string(Hex.text(Self.der(rootCRL)))),
            ("pck_crl", JSONText.string(Hex.text(Self.der(pckCRL)))),
            ("tcb_info_issuer_chain", JSONText.string(tcbInfoIssuerChain)),
            ("tcb_info", JSONText.string(tcbInfo.text)),
            ("tcb_info_signature", JSONText.string(Hex.text(tcbInfo.signature))),
            ("qe_identity_issuer_chain", JSONText.string(qeIdentityIssuerChain)),
            ("qe_identity", JSONText.string(qeIdentity.text)),
            ("qe_identity_signature", JSONText.string(Hex.text(qeIdentity.signature))),
        ] + (pckCertificateChain.map { [("pck_certificate_chain", JSONText.string($0))] } ?? [])
    }

    /// Others read DER only.
    private static func der(_ list: [UInt8]) -> [UInt8] { (try? RevocationList.der(list)) ?? list }

    private static func checkBundle(_ fields: CollateralFields) throws(CollateralError) {
        guard fields.has("format") else { return }
        let format = try fields.string("format")
        guard format == bundleFormat else { throw .unsupported(part: fields.part, field: "format", value: format) }
        let reader: Int = try fields.integer("minimum_reader")
        guard (1...bundleVersion).contains(reader) else {
            throw .unsupported(part: fields.part, field: "minimum_reader", value: String(reader))
        }
    }

    private static func binary(_ fields: CollateralFields, _ key: String) throws(CollateralError) -> [UInt8] {
        let text = try fields.string(key)
        if text.hasPrefix("-----BEGIN") { return Array(text.utf8) }
        guard let bytes = Hex.bytes(text) else {
            throw .badValue(part: "collateral", field: key, value: "neither hexadecimal nor PEM")
        }
        return bytes
    }
}
