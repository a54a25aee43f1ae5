import CryptoExtras

/// Keys that SGX does not take.
enum TestKeys {
    static var exponent65537: String { (try? _RSA.Signing.PrivateKey(keySize: .bits3072).pemRepresentation) ?? "" }
    static var bits2048: String { (try? _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation) ?? "" }
}
