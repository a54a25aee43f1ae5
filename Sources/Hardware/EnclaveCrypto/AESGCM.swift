import CEnclaveCrypto

/// AES-GCM (SP 800-38D) in place, with a 12-byte nonce and a 16-byte tag.
public struct AESGCM {
    public static let nonceByteCount = 12
    public static let tagByteCount = 16

    private let key: [UInt8]

    /// A key of 16 or 32 bytes.
    public init(key: [UInt8]) throws(CryptoError) {
        guard key.count == 16 || key.count == 32 else { throw .badSize }
        self.key = key
    }

    /// Encrypts `bytes` where they lie; a nonce must never be used twice under one key.
    public func seal(
        _ bytes: UnsafeMutableRawBufferPointer, nonce: [UInt8], authenticating associated: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        guard nonce.count == AESGCM.nonceByteCount else { throw .badSize }
        var tag = [UInt8](repeating: 0, count: AESGCM.tagByteCount)
        let code = ec_aes_gcm_seal(
            key, key.count, nonce, associated, associated.count, bytes.baseAddress, bytes.count, &tag)
        if let error = CryptoError(code: code) { throw error }
        return tag
    }

    /// Decrypts `bytes` where they lie; when they are not authentic they stay as they are.
    public func open(
        _ bytes: UnsafeMutableRawBufferPointer, nonce: [UInt8], tag: [UInt8], authenticating associated: [UInt8] = []
    ) throws(CryptoError) {
        guard nonce.count == AESGCM.nonceByteCount, tag.count == AESGCM.tagByteCount else { throw .badSize }
        let code = ec_aes_gcm_open(
            key, key.count, nonce, associated, associated.count, bytes.baseAddress, bytes.count, tag)
        if let error = CryptoError(code: code) { throw error }
    }
}

extension AESGCM {
    /// The ciphertext followed by its tag.
    public func seal(
        _ plaintext: [UInt8], nonce: [UInt8], authenticating associated: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        var bytes = plaintext
        let tag = try AESGCM.inPlace(&bytes) { (target) throws(CryptoError) in
            try seal(target, nonce: nonce, authenticating: associated)
        }
        bytes.append(contentsOf: tag)
        return bytes
    }

    /// The plaintext of what `seal` returned.
    public func open(
        _ sealed: [UInt8], nonce: [UInt8], authenticating associated: [UInt8] = []
    ) throws(CryptoError) -> [UInt8] {
        guard sealed.count >= AESGCM.tagByteCount else { throw .badSize }
        let end = sealed.count - AESGCM.tagByteCount
        let tag = [UInt8](sealed[end...])
        var bytes = [UInt8](sealed[..<end])
        try AESGCM.inPlace(&bytes) { (target) throws(CryptoError) in
            try open(target, nonce: nonce, tag: tag, authenticating: associated)
        }
        return bytes
    }

    private static func inPlace<Result>(
        _ bytes: inout [UInt8], _ body: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Result
    ) throws(CryptoError) -> Result {
        try bytes.withUnsafeMutableBufferPointer { (buffer) throws(CryptoError) in
            try body(UnsafeMutableRawBufferPointer(buffer))
        }
    }
}
