import CEnclaveCrypto

/// HMAC-SHA-256 (RFC 2104).
public struct HMACSHA256 {
    private var context = ec_hmac_sha256()

    public init(key: [UInt8]) { ec_hmac_sha256_init(&context, key, key.count) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        ec_hmac_sha256_update(&context, bytes.baseAddress, bytes.count)
    }

    public mutating func update(_ bytes: [UInt8]) {
        ec_hmac_sha256_update(&context, bytes, bytes.count)
    }

    /// The tag; the key is gone from this value afterwards.
    public consuming func finalize() -> Digest {
        var tag = Digest()
        tag.withUnsafeMutableBytes { target in
            ec_hmac_sha256_final(&context, target.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return tag
    }

    public static func authenticate(key: [UInt8], message: [UInt8]) -> Digest {
        var mac = HMACSHA256(key: key)
        mac.update(message)
        return mac.finalize()
    }
}
