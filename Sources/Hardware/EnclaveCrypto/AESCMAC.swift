import CEnclaveCrypto

/// AES-128-CMAC (RFC 4493), the processor's own MAC for reports and keys.
public enum AESCMAC {
    /// The 16-byte tag of `message` under a 16-byte key.
    public static func authenticate(key: [UInt8], message: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard key.count == 16 else { throw .badSize }
        var tag = [UInt8](repeating: 0, count: 16)
        if let error = CryptoError(code: ec_aes128_cmac(key, message, message.count, &tag)) { throw error }
        return tag
    }
}
