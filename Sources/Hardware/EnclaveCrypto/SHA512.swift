import CEnclaveCrypto

/// SHA-512 (FIPS 180-4) of short messages.
public enum SHA512 {
    public static let byteCount = 64

    public static func hash(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        ec_sha512_hash(message, message.count, &digest)
        return digest
    }
}
