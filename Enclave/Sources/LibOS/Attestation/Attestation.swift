import EnclaveRuntime
import SGX

/// Evidence about this enclave, for the program in it.
enum Attestation {
    /// EREPORT for another enclave on this machine.
    static func report(targetInfo: Bytes, reportData: Bytes) -> Bytes? {
        Identity.report(targetInfo: targetInfo, reportData: reportData)
    }

    /// The TARGETINFO with which others make reports for this enclave: fields of its own REPORT in their other order.
    static func ownTargetInfo() -> Bytes {
        guard let report = Identity.report(targetInfo: Bytes(repeating: 0, count: 512), reportData: Bytes(repeating: 0, count: 64))
        else {
            return []
        }
        var out = Bytes(repeating: 0, count: 512)
        func copy(_ from: Int, _ to: Int, _ count: Int) {
            for index in 0..<count { out[to + index] = report[from + index] }
        }
        copy(64, 0, 32)  // MRENCLAVE
        copy(48, 32, 16)  // ATTRIBUTES
        copy(20, 48, 1)  // CET attributes
        copy(260, 50, 2)  // CONFIGSVN
        copy(16, 52, 4)  // MISCSELECT
        copy(192, 64, 64)  // CONFIGID
        return out
    }

    /// A quote over `reportData`, from the host's quoting service; EIO where there is none, with its reason in the host's log.
    static func quote(reportData: Bytes) throws(Errno) -> Bytes {
        guard let target = Host.quoteTargetInfo() else { throw .EIO }
        guard let report = report(targetInfo: target, reportData: reportData) else { throw .EIO }
        guard let quote = Host.quote(report: report) else { throw .EIO }
        return quote
    }

    /// The enclave's own key for sealing, of 16 bytes.
    static func sealingKey(_ policy: KeyRequest.Policy) throws(Errno) -> Bytes {
        guard let key = SealingKey.derive(policy) else { throw .EACCES }
        return key
    }
}
