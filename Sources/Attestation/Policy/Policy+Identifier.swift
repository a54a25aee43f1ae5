import Crypto

extension Policy {
    /// Names a policy by the bytes of its file, as a URI of RFC 6920.
    public static func identifier(of file: [UInt8]) -> String { "ni:///sha-256;" + Base64URL.text(SHA256.hash(data: file)) }
}
