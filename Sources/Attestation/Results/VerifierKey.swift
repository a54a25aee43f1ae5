import CLinux
import Crypto
import Glibc

/// The P-256 key by which a verifier signs its results; it proves who judged, nothing about the machine it is on.
public struct VerifierKey: Sendable {
    private let key: P256.Signing.PrivateKey

    public init(_ key: P256.Signing.PrivateKey = P256.Signing.PrivateKey()) { self.key = key }

    /// Reads a PEM file (SEC 1 or PKCS #8) that nobody but its owner may read.
    public init(path: String) throws(VerifierKeyError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, why: SystemError.text(errno)) }
        defer { close(descriptor) }
        var facts = cl_file_facts()
        guard cl_examine(descriptor, &facts) == 0 else { throw .unreadable(path: path, why: SystemError.text(errno)) }
        guard facts.mode & 0o077 == 0 else { throw .exposed(path: path, mode: facts.mode & 0o777) }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, let key = try? P256.Signing.PrivateKey(pemRepresentation: String(decoding: bytes[..<count], as: UTF8.self))
        else {
            throw .noKey(path: path)
        }
        self.key = key
    }

    public var publicKeyPEM: String { key.publicKey.pemRepresentation }

    /// The key as a JSON Web Key, members in the order that its thumbprint is made of.
    public var jwk: String {
        let point = Array(key.publicKey.rawRepresentation)
        return JSONText.object([
            ("crv", JSONText.string("P-256")), ("kty", JSONText.string("EC")),
            ("x", JSONText.string(Base64URL.text(point[..<32]))), ("y", JSONText.string(Base64URL.text(point[32...]))),
        ])
    }

    /// SHA-256 of the JSON Web Key (RFC 7638), by which a reader finds the key.
    public var keyID: String { Base64URL.text(SHA256.hash(data: Array(jwk.utf8))) }

    /// A JWT of these claims, signed with ES256.
    func token(claims: String) throws(VerifierKeyError) -> String {
        let header = JSONText.object([
            ("alg", JSONText.string("ES256")), ("kid", JSONText.string(keyID)), ("typ", JSONText.string("JWT")),
        ])
        let signed = Base64URL.text(header.utf8) + "." + Base64URL.text(claims.utf8)
        do {
            return signed + "." + Base64URL.text(try key.signature(for: Array(signed.utf8)).rawRepresentation)
        } catch {
            throw .signing(String(describing: error))
        }
    }
}
