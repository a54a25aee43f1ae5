import CEnclaveCrypto

/// HKDF-SHA-256 (RFC 5869).
public enum HKDFSHA256 {
    /// Extracts and expands `secret` to `count` bytes, at most 255 · 32.
    public static func derive(
        secret: [UInt8], salt: [UInt8] = [], info: [UInt8] = [], count: Int
    ) throws(CryptoError) -> [UInt8] {
        guard count >= 0, count <= 255 * Digest.byteCount else { throw .tooLong }
        var key = [UInt8](repeating: 0, count: count)
        let code = ec_hkdf_sha256(
            salt, salt.count, secret, secret.count, info, info.count, &key, key.count)
        guard code == 0 else { throw .tooLong }
        return key
    }
}
