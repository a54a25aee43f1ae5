import Crypto
import FoundationEssentials

/// The stored form of the attestation key: encrypted under a key that only this machine's software CPU can derive.
///
/// Layout: magic "INCLQEK\0", version u16, minimum reader u16, nonce 12, ciphertext 32, tag 16 (AES-256-GCM; everything before the
/// nonce is authenticated). The key is HKDF-SHA-256 of the machine's root key.
struct SealedKey {
    private static let header = Array("INCLQEK\0".utf8) + UInt16(1).littleEndianBytes + UInt16(1).littleEndianBytes
    private static let byteCount = header.count + 12 + 32 + 16

    private let wrapping: SymmetricKey

    init(rootKey: [UInt8]) {
        wrapping = HKDF<Crypto.SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: rootKey), info: Array("inclavare software QE attestation key v1".utf8),
            outputByteCount: 32)
    }

    func seal(_ key: P256.Signing.PrivateKey) throws(SoftwareStateError) -> [UInt8] {
        do {
            let box = try Crypto.AES.GCM.seal(key.rawRepresentation, using: wrapping, authenticating: Self.header)
            return Self.header + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw .cryptography("seal the attestation key: \(error)")
        }
    }

    /// Nil when the bytes are not of this format, of a later one, or sealed on another machine.
    func open(_ bytes: [UInt8]) -> P256.Signing.PrivateKey? {
        guard bytes.count == Self.byteCount, Array(bytes.prefix(Self.header.count)) == Self.header,
            let box = try? Crypto.AES.GCM.SealedBox(combined: Array(bytes.dropFirst(Self.header.count))),
            let raw = try? Crypto.AES.GCM.open(box, using: wrapping, authenticating: Self.header)
        else { return nil }
        return try? P256.Signing.PrivateKey(rawRepresentation: raw)
    }
}
