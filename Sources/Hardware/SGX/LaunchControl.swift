import CEnclaveCrypto
import EnclaveCrypto

/// What EINIT knows beside its operands: who may launch without a token, and the key that tokens are made with.
public struct LaunchControl: Sendable {
    /// IA32_SGXLEPUBKEYHASH: the signer whose enclaves need no token, and of the launch enclave that makes tokens for others.
    ///
    /// Nil stands for what the Linux driver does: it writes the signer of each enclave there before it launches it.
    public var launchSigner: Digest?

    private let rootKey: [UInt8]
    private let processor: sgx_identity

    /// Nil unless the root key has 32 bytes.
    public init?(rootKey: [UInt8], cpuSVN: FixedBytes<16>, ownerEpoch: FixedBytes<16> = .init(), launchSigner: Digest? = nil) {
        guard rootKey.count == KeyDerivation.rootKeyByteCount else { return nil }
        self.rootKey = rootKey
        self.launchSigner = launchSigner
        var processor = sgx_identity()
        withUnsafeMutableBytes(of: &processor.cpu_svn) { $0.copyBytes(from: cpuSVN.bytes) }
        withUnsafeMutableBytes(of: &processor.owner_epoch) { $0.copyBytes(from: ownerEpoch.bytes) }
        self.processor = processor
    }

    /// Whether a launch enclave of `launchSigner` on this processor made the token, whatever enclave it is for.
    func authenticates(_ token: EINITTOKEN, launchSigner: Digest) throws(SGXErrorCode) -> Bool {
        let bytes = token.bytes
        var known = processor
        var key = [UInt8](repeating: 0, count: 16)
        defer { ConstantTime.erase(&key) }
        if let error = KeyError(code: sgx_einittoken_key(rootKey, &known, bytes, launchSigner.bytes, &key)) {
            guard error != .refused(.invalidCPUSVN) else { throw .invalidCPUSVN }
            return false
        }
        do throws(CryptoError) {
            let tag = try AESCMAC.authenticate(key: key, message: [UInt8](bytes[..<EINITTOKEN.authenticatedByteCount]))
            return ConstantTime.equal(tag, token.mac.bytes)
        } catch {
            return false
        }
    }
}
