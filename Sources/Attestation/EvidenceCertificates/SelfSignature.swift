import Crypto
import CryptoExtras

/// What a certificate's signature says: that the key's holder once made just these bytes, where it can be checked.
public enum SelfSignature: Equatable, Sendable {
    case own
    case wrong
    /// Subject and issuer differ: somebody else signed it, and nobody asks who.
    case another
    /// By an algorithm that is weak or rare.
    case unchecked

    /// `algorithm` is the content of the AlgorithmIdentifier; parameters, which some writers put where none belong, are not looked at.
    init(_ signature: [UInt8], over bytes: [UInt8], algorithm: [UInt8], key: [UInt8]) throws(CertificateError) {
        var fields = DERReader(algorithm)
        let name = try fields.objectIdentifier("the algorithm's name")
        guard let algorithm = Algorithm(rawValue: name) else {
            self = .unchecked
            return
        }
        let isValid =
            switch algorithm.hash {
            case .sha256: Self.isValid(signature, for: SHA256.hash(data: bytes), algorithm, key)
            case .sha384: Self.isValid(signature, for: SHA384.hash(data: bytes), algorithm, key)
            case .sha512: Self.isValid(signature, for: SHA512.hash(data: bytes), algorithm, key)
            }
        self = isValid.map { $0 ? .own : .wrong } ?? .unchecked
    }

    private struct Algorithm {
        enum Hash: UInt8 {
            case sha256, sha384, sha512
        }

        let hash: Hash
        let isRSA: Bool

        /// ecdsa-with-SHA256 to 512 are 1.2.840.10045.4.3.2 to .4, RSA with PKCS #1 padding 1.2.840.113549.1.1.11 to .13.
        init?(rawValue name: [UInt8]) {
            guard let last = name.last else { return nil }
            isRSA = name.dropLast() == [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01]
            guard isRSA || name.dropLast() == [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03] else { return nil }
            let first: UInt8 = isRSA ? 11 : 2
            guard last >= first, let hash = Hash(rawValue: last - first) else { return nil }
            self.hash = hash
        }
    }

    /// Nil where the key is of no kind that is known.
    private static func isValid(_ signature: [UInt8], for digest: some Digest, _ algorithm: Algorithm, _ key: [UInt8]) -> Bool? {
        if algorithm.isRSA {
            guard let key = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: key) else { return nil }
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return key.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
        }
        if let key = try? P256.Signing.PublicKey(derRepresentation: key) {
            return (try? P256.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) }
                ?? false
        }
        if let key = try? P384.Signing.PublicKey(derRepresentation: key) {
            return (try? P384.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) }
                ?? false
        }
        if let key = try? P521.Signing.PublicKey(derRepresentation: key) {
            return (try? P521.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) }
                ?? false
        }
        return nil
    }
}
