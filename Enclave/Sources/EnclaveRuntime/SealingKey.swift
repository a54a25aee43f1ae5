package import SGX

/// Keys that only this enclave, or only enclaves of its signer, can derive on this machine; the same after every restart.
package enum SealingKey {
    /// EGETKEY for a SEAL key (SDM 38.17): 16 bytes, bound to every attribute, to this processor's version and to this enclave's security
    /// version.
    ///
    /// `nil` where the CPU refuses.
    package static func derive(_ policy: KeyRequest.Policy) -> [UInt8]? {
        let zeros = [UInt8](repeating: 0, count: 512)
        guard let report = Identity.report(targetInfo: zeros, reportData: [UInt8](zeros[0..<64])) else { return nil }
        var request = [UInt8](repeating: 0, count: 512)
        func put(_ value: UInt64, _ at: Int, _ count: Int) {
            for index in 0..<count { request[at + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
        }
        put(UInt64(KeyName.seal.rawValue), 0, 2)
        put(UInt64(policy.rawValue), 2, 2)
        for index in 0..<2 { request[4 + index] = report[258 + index] }
        for index in 0..<16 { request[8 + index] = report[index] }
        put(UInt64.max, 24, 8)
        put(UInt64.max, 32, 8)
        put(UInt64(UInt32.max), 72, 4)
        return Identity.key(request: request)
    }
}
