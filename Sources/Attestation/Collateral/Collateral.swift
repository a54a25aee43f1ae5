/// Everything beside the quote that a verdict rests on, as it was delivered.
///
/// The JSON form has the member names of the `QuoteCollateralV3` objects that other DCAP tools exchange: chains as PEM text, CRLs and
/// signatures in hexadecimal, the two signed bodies as strings.
public struct Collateral: Equatable, Sendable {
    public let pckCRLIssuerChain: String
    public let rootCRL: [UInt8]
    public let pckCRL: [UInt8]
    public let tcbInfoIssuerChain: String
    public let tcbInfo: SignedDocument
    public let qeIdentityIssuerChain: String
    public let qeIdentity: SignedDocument

    public init(
        pckCRLIssuerChain: String, rootCRL: [UInt8], pckCRL: [UInt8], tcbInfoIssuerChain: String,
        tcbInfo: SignedDocument, qeIdentityIssuerChain: String, qeIdentity: SignedDocument
    ) {
        self.pckCRLIssuerChain = pckCRLIssuerChain
        self.rootCRL = rootCRL
        self.pckCRL = pckCRL
        self.tcbInfoIssuerChain = tcbInfoIssuerChain
        self.tcbInfo = tcbInfo
        self.qeIdentityIssuerChain = qeIdentityIssuerChain
        self.qeIdentity = qeIdentity
    }

    public init(json bytes: [UInt8]) throws(CollateralError) {
        let fields = try CollateralFields(part: "collateral", parsing: String(decoding: bytes, as: UTF8.self))
        pckCRLIssuerChain = try fields.string("pck_crl_issuer_chain")
        rootCRL = try Self.binary(fields, "root_ca_crl")
        pckCRL = try Self.binary(fields, "pck_crl")
        tcbInfoIssuerChain = try fields.string("tcb_info_issuer_chain")
        tcbInfo = SignedDocument(
            text: try fields.string("tcb_info"), signature: try fields.hex("tcb_info_signature", count: 64))
        qeIdentityIssuerChain = try fields.string("qe_identity_issuer_chain")
        qeIdentity = SignedDocument(
            text: try fields.string("qe_identity"), signature: try fields.hex("qe_identity_signature", count: 64))
    }

    public var json: String {
        JSONText.object([
            ("pck_crl_issuer_chain", JSONText.string(pckCRLIssuerChain)),
            ("root_ca_crl", JSONText.string(Hex.text(rootCRL))),
            ("pck_crl", JSONText.string(Hex.text(pckCRL))),
            ("tcb_info_issuer_chain", JSONText.string(tcbInfoIssuerChain)),
            ("tcb_info", JSONText.string(tcbInfo.text)),
            ("tcb_info_signature", JSONText.string(Hex.text(tcbInfo.signature))),
            ("qe_identity_issuer_chain", JSONText.string(qeIdentityIssuerChain)),
            ("qe_identity", JSONText.string(qeIdentity.text)),
            ("qe_identity_signature", JSONText.string(Hex.text(qeIdentity.signature))),
        ])
    }

    private static func binary(_ fields: CollateralFields, _ key: String) throws(CollateralError) -> [UInt8] {
        guard let bytes = Hex.bytes(try fields.string(key)) else {
            throw .badValue(part: "collateral", field: key, value: "not hexadecimal")
        }
        return bytes
    }
}
