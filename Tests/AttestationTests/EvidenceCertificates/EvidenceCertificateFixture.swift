import Attestation
import Crypto
import Foundation

/// A service's key, and certificates for it with evidence of a software enclave in any form.
struct EvidenceCertificateFixture {
    let platform: SoftwarePlatformFixture
    let key = P256.Signing.PrivateKey()

    static let interoperable: [UInt8] = [0x67, 0x81, 0x05, 0x05, 0x04, 0x09]
    static let endorsements: [UInt8] = [0x67, 0x81, 0x05, 0x05, 0x04, 0x02]
    static let plainQuote: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x8a, 0x39, 0x06]
    static let gramine: [UInt8] = [0x06, 0x09] + plainQuote
    static let intelSample: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01]
    static let openEnclave: [UInt8] = [0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x69, 0x01]

    init() throws { platform = try SoftwarePlatformFixture() }

    /// Another key on the same platform.
    init(platform: SoftwarePlatformFixture) { self.platform = platform }

    var publicKeyInfo: [UInt8] { Array(key.publicKey.derRepresentation) }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    /// A quote whose report data are the SHA-256 of `bytes`, and zeros.
    func quote(binding bytes: [UInt8]) throws -> [UInt8] {
        try platform.quote(data: Self.sha256(bytes) + [UInt8](repeating: 0, count: 32))
    }

    func claims(algorithm: UInt8 = 1, hash: [UInt8]? = nil, others: [(String, [UInt8])] = []) -> [UInt8] {
        let pair = CBOR.array([algorithm], CBOR.bytes(hash ?? Self.sha256(publicKeyInfo)))
        return CBOR.map([("pubkey-hash", CBOR.bytes(pair))] + others)
    }

    /// The value of the interoperable extension; the quote is of `claims` unless another is given.
    func interoperable(_ claims: [UInt8], quote: [UInt8]? = nil, tag: Int = 60_000) throws -> [UInt8] {
        CBOR.tag(tag, CBOR.array(CBOR.bytes(try quote ?? self.quote(binding: claims)), CBOR.bytes(claims)))
    }

    /// The platform's collateral as a certificate carries it, with C's zero bytes in places and an integer that is not in its shortest form.
    func endorsements() throws -> [UInt8] {
        let collateral = try platform.root.collateral(at: platform.now)
        let parts = [
            collateral.tcbInfo.envelope(member: "tcbInfo") + [0], Array(collateral.tcbInfoIssuerChain.utf8) + [0],
            collateral.pckCRL,
            collateral.rootCRL, Array(collateral.pckCRLIssuerChain.utf8), collateral.qeIdentity.envelope(member: "enclaveIdentity"),
            Array(collateral.qeIdentityIssuerChain.utf8),
        ]
        return CBOR.tag(60_000, CBOR.head(4, 8) + [0x1a, 0, 0, 0, 3] + parts.flatMap(CBOR.bytes))
    }

    /// A self-signed certificate of no date that means anything.
    func certificate(with extensions: [([UInt8], [UInt8])], issuer: String = "service") throws -> [UInt8] {
        let ecdsa = DER.sequence(DER.item(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]), [0x05, 0x00])
        let dates = DER.sequence(DER.item(0x17, Array("010101000000Z".utf8)), DER.item(0x17, Array("020101000000Z".utf8)))
        let list = extensions.flatMap { DER.sequence(DER.item(0x06, $0.0), DER.item(0x04, $0.1)) }
        let body = DER.sequence(
            DER.item(0xa0, [0x02, 0x01, 0x02]), [0x02, 0x01, 0x01], ecdsa, Self.name(issuer), dates, Self.name("service"),
            publicKeyInfo, DER.item(0xa3, DER.item(0x30, list)))
        let signature = Array(try key.signature(for: body).derRepresentation)
        return DER.sequence(body, ecdsa, DER.item(0x03, [0] + signature))
    }

    func certificate(_ value: [UInt8]) throws -> [UInt8] { try certificate(with: [(Self.interoperable, value)]) }

    private static func name(_ text: String) -> [UInt8] {
        DER.sequence(DER.item(0x31, DER.sequence(DER.item(0x06, [0x55, 0x04, 0x03]), DER.item(0x0c, Array(text.utf8)))))
    }

    static func pem(_ der: [UInt8]) -> String {
        "-----BEGIN CERTIFICATE-----\n\(Data(der).base64EncodedString(options: .lineLength64Characters))\n-----END CERTIFICATE-----\n"
    }
}
