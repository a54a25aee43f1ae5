import Crypto
import FoundationEssentials

/// What of a key the report data hold: the first 32 bytes are its SHA-256, the others zero.
enum KeyBinding {
    /// Claims that name the key.
    case claims([UInt8])
    /// The SubjectPublicKeyInfo as DER.
    case publicKeyInfo
    /// The SubjectPublicKeyInfo as PEM text and a zero byte.
    case publicKeyText
    /// The PKCS #1 structure of an RSA key; of other keys it would not say all.
    case rsaKey

    private static let rsaEncryption: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]

    func holds(_ reportData: [UInt8], _ publicKeyInfo: [UInt8]) -> Bool {
        guard reportData.count == 64, let bytes = bytes(publicKeyInfo) else { return false }
        return reportData == Array(SHA256.hash(data: bytes)) + [UInt8](repeating: 0, count: 32)
    }

    private func bytes(_ publicKeyInfo: [UInt8]) -> [UInt8]? {
        switch self {
        case .claims(let claims): claims
        case .publicKeyInfo: publicKeyInfo
        case .publicKeyText: Array(PEM.text(publicKeyInfo, label: PEM.publicKey).utf8) + [0]
        case .rsaKey: Self.rsaKey(publicKeyInfo)
        }
    }

    private static func rsaKey(_ publicKeyInfo: [UInt8]) -> [UInt8]? {
        var outer = DERReader(publicKeyInfo)
        guard var members = try? outer.sequence("the key"), var algorithm = try? members.sequence("the key's algorithm"),
            (try? algorithm.objectIdentifier("the key's algorithm")) == rsaEncryption
        else { return nil }
        return try? members.bitString("the key")
    }
}
