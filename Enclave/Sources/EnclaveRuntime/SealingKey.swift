package import SGX

/// Keys that only this enclave, or only enclaves of its signer, can derive on this machine; the same after every restart.
package enum SealingKey {
    /// EGETKEY for a SEAL key (SDM 38.17): 16 bytes, bound to every attribute, to this processor's version and to this enclave's security
    /// version.
    ///
    /// `nil` where the CPU refuses.
    package static func derive(_ policy: KeyRequest.Policy) -> [UInt8]? {
        guard let version = Version.current else { return nil }
        return derive(policy, version, id: [UInt8](repeating: 0, count: 32))
    }

    /// The key as of other security versions, which may not be above the current ones, and for an id of 32 bytes.
    package static func derive(_ policy: KeyRequest.Policy, _ version: Version, id: [UInt8]) -> [UInt8]? {
        guard id.count == 32, version.processor.count == 16 else { return nil }
        var request = [UInt8](repeating: 0, count: 512)
        func put(_ value: UInt64, _ at: Int, _ count: Int) {
            for index in 0..<count { request[at + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
        }
        put(UInt64(KeyName.seal.rawValue), 0, 2)
        put(UInt64(policy.rawValue), 2, 2)
        put(UInt64(version.enclave), 4, 2)
        for index in 0..<16 { request[8 + index] = version.processor[index] }
        put(UInt64.max, 24, 8)
        put(UInt64.max, 32, 8)
        for index in 0..<32 { request[40 + index] = id[index] }
        put(UInt64(UInt32.max), 72, 4)
        return Identity.key(request: request)
    }

    /// What a key is bound to besides the enclave: ISVSVN and CPUSVN.
    package struct Version {
        package var enclave: UInt16
        package var processor: [UInt8]

        package init(enclave: UInt16, processor: [UInt8]) {
            self.enclave = enclave
            self.processor = processor
        }

        /// Those of this enclave on this processor, now.
        package static var current: Version? {
            let zeros = [UInt8](repeating: 0, count: 512)
            guard let report = Identity.report(targetInfo: zeros, reportData: [UInt8](zeros[0..<64])) else { return nil }
            return Version(
                enclave: UInt16(report[258]) | UInt16(report[259]) << 8, processor: [UInt8](report[0..<16]))
        }
    }
}
