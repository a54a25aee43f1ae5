import CEnclaveCrypto

/// SHA-256 (FIPS 180-4); whole blocks are hashed straight from the caller's memory.
public struct SHA256: Sendable {
    private var context = ec_sha256()

    public init() { ec_sha256_init(&context) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        ec_sha256_update(&context, bytes.baseAddress, bytes.count)
    }

    public mutating func update(_ bytes: [UInt8]) {
        ec_sha256_update(&context, bytes, bytes.count)
    }

    /// The digest of all bytes so far; the value begins anew.
    public mutating func finalize() -> Digest {
        var digest = Digest()
        digest.withUnsafeMutableBytes { target in
            ec_sha256_final(&context, target.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        ec_sha256_init(&context)
        return digest
    }

    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// Digests of two messages of one length, in hardly more time than that of one.
    public static func hash(
        _ first: UnsafeRawPointer, _ second: UnsafeRawPointer, count: Int
    ) -> (first: Digest, second: Digest) {
        var digests = (Digest(), Digest())
        withUnsafeMutableBytes(of: &digests) { target in
            ec_sha256_hash_pair(first, second, count, target.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return digests
    }

    public static func hash(_ bytes: [UInt8]) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }
}

extension SHA256 {
    /// A hash that stopped at a block boundary, to be published and continued elsewhere.
    public struct SavedState: Equatable, Sendable {
        /// The eight chaining words, H0 first.
        public var words: [UInt32]
        /// Bytes hashed so far, a multiple of 64.
        public var length: UInt64

        public init(words: [UInt32], length: UInt64) {
            self.words = words
            self.length = length
        }
    }

    /// The state to resume from, nil away from a block boundary: what a started block holds is not part of it.
    public var state: SavedState? {
        guard context.length % 64 == 0 else { return nil }
        let h = context.state
        return SavedState(words: [h.0, h.1, h.2, h.3, h.4, h.5, h.6, h.7], length: context.length)
    }

    /// Nil unless the state has eight words and a whole number of blocks.
    public init?(resuming saved: SavedState) {
        guard saved.words.count == 8, saved.length % 64 == 0 else { return nil }
        let h = saved.words
        context.state = (h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7])
        context.length = saved.length
    }
}
