import Crypto

/// The outer form of certificates and revocation lists: a body, ECDSA with SHA-256 as the algorithm, and the signature of the body.
struct SignedDER {
    /// The body with its tag and length, which is what was signed.
    let signedBytes: [UInt8]
    /// The body's members.
    let body: DERReader
    private let signature: [UInt8]

    /// SEQUENCE { OBJECT IDENTIFIER 1.2.840.10045.4.3.2 }, without parameters.
    private static let ecdsaWithSHA256: [UInt8] = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]

    init(_ der: [UInt8], _ what: String) throws(CertificateError) {
        var outer = DERReader(der)
        var members = try outer.sequence(what)
        try outer.requireEnd(what)
        let element = try members.next(DERTag.sequence, "\(what): the signed part")
        signedBytes = members.slice(element.whole)
        body = members.reader(element)
        try Self.requireAlgorithm(&members, what)
        signature = try members.bitString("\(what): the signature")
        try members.requireEnd(what)
    }

    static func requireAlgorithm(_ members: inout DERReader, _ what: String) throws(CertificateError) {
        let element = try members.next(DERTag.sequence, "\(what): the algorithm")
        guard members.slice(element.whole) == ecdsaWithSHA256 else { throw .unsupportedAlgorithm("the \(what)") }
    }

    func isSigned(by key: P256.Signing.PublicKey) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
        return key.isValidSignature(signature, for: signedBytes)
    }
}
