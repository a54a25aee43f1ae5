import Crypto

/// The claims of interoperable evidence: a CBOR map that names the hash of the certificate's key, and more that nobody needs to know.
///
/// `pubkey-hash` is a byte string with an array in it, [algorithm, hash of the SubjectPublicKeyInfo's DER]. Other claims are passed over,
/// but none may occur twice.
struct PublicKeyClaims: Equatable {
    /// IANA's numbers of named hashes.
    enum Hash: UInt64 {
        case sha256 = 1
        case sha384 = 7
        case sha512 = 8

        func of(_ bytes: [UInt8]) -> [UInt8] {
            switch self {
            case .sha256: Array(SHA256.hash(data: bytes))
            case .sha384: Array(SHA384.hash(data: bytes))
            case .sha512: Array(SHA512.hash(data: bytes))
            }
        }
    }

    private static let keyClaim = "pubkey-hash"

    let hash: Hash
    let keyHash: [UInt8]

    init(parsing buffer: [UInt8]) throws(CBORReader.Malformed) {
        var reader = CBORReader(buffer)
        var names: Set<String> = []
        var found: (Hash, [UInt8])?
        for _ in 0..<(try reader.map("the claims")) {
            let name = try reader.text("a claim's name")
            guard names.insert(name).inserted else { throw .init(why: "a claim occurs twice") }
            if name == Self.keyClaim { found = try Self.keyHash(try reader.byteString(name)) } else { try reader.skip("a claim") }
        }
        try reader.requireEnd("the claims")
        guard let found else { throw .init(why: "the claims do not name a key (\(Self.keyClaim))") }
        (hash, keyHash) = found
    }

    func name(_ publicKeyInfo: [UInt8]) -> Bool { keyHash == hash.of(publicKeyInfo) }

    /// The claims that name this key with SHA-256 and nothing else, the only ones that the Intel SDK's samples write.
    static func naming(_ publicKeyInfo: [UInt8]) -> [UInt8] {
        [0xa1, 0x60 | UInt8(keyClaim.utf8.count)] + Array(keyClaim.utf8) + [0x58, 0x24, 0x82, 0x01, 0x58, 0x20]
            + Hash.sha256.of(publicKeyInfo)
    }

    private static func keyHash(_ bytes: [UInt8]) throws(CBORReader.Malformed) -> (Hash, [UInt8]) {
        var reader = CBORReader(bytes)
        guard try reader.array(keyClaim) == 2 else { throw .init(why: "\(keyClaim) is no pair") }
        let number = try reader.unsigned("the hash's algorithm")
        guard let hash = Hash(rawValue: number) else {
            throw .init(why: "the hash's algorithm is \(number), none of SHA-256, 384, 512")
        }
        let value = try reader.byteString("the key's hash")
        try reader.requireEnd(keyClaim)
        return (hash, value)
    }
}
