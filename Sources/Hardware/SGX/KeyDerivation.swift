import CEnclaveCrypto
import EnclaveCrypto

/// Keys and reports of a software processor, which a 32-byte root key makes unlike every other.
///
/// The derivation itself, its checks and the packed layout are in C (`sgx_keys.h`), since signal handlers execute it too.
public struct KeyDerivation: Sendable {
    public static let rootKeyByteCount = 32

    private let rootKey: [UInt8]

    /// Nil unless the key has 32 bytes.
    public init?(rootKey: [UInt8]) {
        guard rootKey.count == KeyDerivation.rootKeyByteCount else { return nil }
        self.rootKey = rootKey
    }

    /// EGETKEY.
    public func key(_ request: KeyRequest, for identity: EnclaveIdentity) throws(KeyError) -> FixedBytes<16> {
        try key(requestBytes: request.bytes, for: identity)
    }

    /// EGETKEY on a request as the enclave wrote it, reserved fields and all.
    public func key(requestBytes: [UInt8], for identity: EnclaveIdentity) throws(KeyError) -> FixedBytes<16> {
        guard requestBytes.count == KeyRequest.byteCount else { throw .generalProtection }
        var key = [UInt8](repeating: 0, count: 16)
        var known = identity.cValue
        if let error = KeyError(code: sgx_egetkey(rootKey, &known, requestBytes, &key)) { throw error }
        defer { ConstantTime.erase(&key) }
        return FixedBytes(key, at: 0)
    }

    /// The key that EGETKEY gives the target for reports with this KEYID; `processor` gives CPUSVN and owner epoch.
    public func reportKey(
        for target: TargetInfo, keyID: FixedBytes<32>, processor: EnclaveIdentity
    ) throws(KeyError) -> FixedBytes<16> {
        var key = [UInt8](repeating: 0, count: 16)
        var known = processor.cValue
        if let error = KeyError(code: sgx_report_key(rootKey, &known, target.bytes, keyID.bytes, &key)) { throw error }
        defer { ConstantTime.erase(&key) }
        return FixedBytes(key, at: 0)
    }

    /// EREPORT.
    public func report(
        by identity: EnclaveIdentity, for target: TargetInfo, data: FixedBytes<64>, keyID: FixedBytes<32>
    ) throws(KeyError) -> Report {
        var bytes = [UInt8](repeating: 0, count: Report.byteCount)
        var known = identity.cValue
        let code = sgx_ereport(rootKey, &known, target.bytes, data.bytes, keyID.bytes, &bytes)
        if let error = KeyError(code: code) { throw error }
        // What the processor made has no reserved bits, so it always parses.
        guard let report = try? Report(parsing: bytes) else { throw .generalProtection }
        return report
    }
}
