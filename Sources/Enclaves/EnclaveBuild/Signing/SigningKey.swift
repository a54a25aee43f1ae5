import BigInt
import Crypto
import CryptoExtras
import Foundation
import SGX
import SwiftASN1

/// The RSA-3072 key with exponent 3 that enclaves are signed with.
public struct SigningKey: Sendable {
    private let key: _RSA.Signing.PrivateKey

    /// Takes PEM, PKCS #1 or PKCS #8; `name` is what errors call the key.
    public init(pem: String, name: String) throws(BuildError) {
        let remedy = "make one with: inclavare key generate FILE"
        let loaded: (key: _RSA.Signing.PrivateKey, exponent: Data)
        do {
            let key = try _RSA.Signing.PrivateKey(unsafePEMRepresentation: pem)
            loaded = (key, try key.publicKey.getKeyPrimitives().publicExponent)
        } catch {
            throw BuildError("cannot use the key \(name)", why: "it is not an RSA private key in PEM", remedy: remedy)
        }
        guard loaded.key.keySizeInBits == 3072 else {
            throw BuildError(
                "cannot use the key \(name)", why: "it has \(loaded.key.keySizeInBits) bits, SGX takes 3072", remedy: remedy)
        }
        guard loaded.exponent.elementsEqual([3]) else {
            throw BuildError("cannot use the key \(name)", why: "its public exponent is not 3, as SGX demands", remedy: remedy)
        }
        key = loaded.key
    }

    /// Makes a new key.
    ///
    /// Libraries make keys with exponent 65537; of every four such pairs of primes one also serves exponent 3.
    public static func generate() throws(BuildError) -> SigningKey {
        do {
            while true {
                let candidate = try _RSA.Signing.PrivateKey(keySize: .bits3072)
                if let key = try withExponent3(candidate) { return SigningKey(key: key) }
            }
        } catch {
            throw BuildError("cannot make a key", why: "\(error)", remedy: "report this, it cannot happen")
        }
    }

    private init(key: _RSA.Signing.PrivateKey) { self.key = key }

    public var pem: String { key.pemRepresentation }

    /// Big-endian, 384 bytes.
    public var modulus: [UInt8] {
        get throws(BuildError) {
            do { return [UInt8](try key.publicKey.getKeyPrimitives().modulus) } catch {
                throw BuildError("cannot read the key", why: "\(error)", remedy: "make another one")
            }
        }
    }

    /// Signs `sigstruct` in place and checks the result as the processor would.
    public func sign(_ sigstruct: inout SIGSTRUCT) throws(BuildError) {
        do {
            let digest = Crypto.SHA256.hash(data: sigstruct.signedMessage)
            let signature = try key.signature(for: digest, padding: .insecurePKCS1v1_5)
            try sigstruct.attach(signature: [UInt8](signature.rawRepresentation), modulus: try modulus)
        } catch {
            throw BuildError("cannot sign the enclave", why: "\(error)", remedy: "use another key")
        }
    }

    /// The same primes with e = 3, where 3 divides neither p-1 nor q-1.
    private static func withExponent3(_ key: _RSA.Signing.PrivateKey) throws -> _RSA.Signing.PrivateKey? {
        let numbers = try DER.sequence(try DER.parse([UInt8](key.derRepresentation)), identifier: .sequence) { nodes in
            var numbers: [BigUInt] = []
            while let node = nodes.next() { numbers.append(BigUInt(Data(try ArraySlice<UInt8>(derEncoded: node)))) }
            return numbers
        }
        guard numbers.count >= 6 else { return nil }
        let (n, p, q) = (numbers[1], numbers[4], numbers[5])
        guard p % 3 == 2, q % 3 == 2 else { return nil }
        // (p-1)(q-1) leaves 1 divided by 3, so twice it plus one is a multiple of 3.
        let d = (2 * (p - 1) * (q - 1) + 1) / 3
        let bytes = [n, BigUInt(3), d, p, q].map { $0.serialize() }
        return try _RSA.Signing.PrivateKey(n: bytes[0], e: bytes[1], d: bytes[2], p: bytes[3], q: bytes[4])
    }
}
